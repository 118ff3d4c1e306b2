/** The product's customers whose run history is shown. Each is a linked account of the sandbox. */
export const ACCOUNTS = ['demo@example.com', 'other@example.com'] as const;

export type Account = (typeof ACCOUNTS)[number];
