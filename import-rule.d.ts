/** The rooms of src, and what each may import; see import-rule.js. */
export declare const ROOMS: Readonly<Record<string, readonly string[]>>;
