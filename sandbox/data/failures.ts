import { hash, pick } from './random.ts';

/** Why a run fails. */
export interface Failure {
  /** What the failed step's API says; `#` stands for a number that differs from run to run. Null: nothing. */
  readonly message: string | null;
  /** The status that it says it with. */
  readonly status: number;
  /** Whether the same run would succeed if it was started again. */
  readonly passes: boolean;
}

/** The reasons that a run may be told to fail for, by their names. */
export const FAILURES = {
  channel_not_found: { message: 'channel_not_found', status: 404, passes: false },
  connection_expired: {
    message: 'invalid_grant: the token has expired or was revoked',
    status: 401,
    passes: false,
  },
  missing_scope: { message: 'missing_scope: the connection may not write here', status: 403, passes: false },
  invalid_email: { message: 'The property "email" is not an email address', status: 422, passes: false },
  duplicate: { message: 'There is a contact with this email already', status: 409, passes: false },
  no_such_record: { message: 'Record # does not exist', status: 404, passes: false },
  too_large: { message: 'The file has # MB, and may have 25', status: 413, passes: false },
  untold: { message: null, status: 500, passes: false },
  rate_limited: { message: 'Too many requests: try again in # seconds', status: 429, passes: true },
  unavailable: { message: 'The service is not available now', status: 503, passes: true },
} as const satisfies Readonly<Record<string, Failure>>;

export type FailureName = keyof typeof FAILURES;

/** Whether a text names a failure. */
export function isFailureName(value: unknown): value is FailureName {
  return typeof value === 'string' && Object.hasOwn(FAILURES, value);
}

/** What mostly goes wrong with an application, by its slug. */
const USUAL: Readonly<Record<string, readonly [FailureName, ...FailureName[]]>> = {
  slack: ['channel_not_found', 'missing_scope', 'rate_limited'],
  hubspot: ['invalid_email', 'duplicate', 'invalid_email'],
  google_sheets: ['rate_limited', 'too_large'],
  salesforce: ['connection_expired'],
  gmail: ['too_large', 'rate_limited'],
  mailchimp: ['duplicate', 'invalid_email'],
  shopify: ['unavailable', 'no_such_record'],
};
const ELSEWHERE = ['no_such_record', 'unavailable', 'missing_scope', 'no_such_record'] as const;

/** Why a run of an application fails, of what mostly goes wrong with it. */
export function usualFailure(slug: string, hashed: number): FailureName {
  return pick(USUAL[slug] ?? ELSEWHERE, hash(hashed, 13));
}

/** An application that mostly fails so; undefined: none does. */
export function whereUsual(failure: FailureName): string | undefined {
  return Object.keys(USUAL).find((slug) => USUAL[slug]?.includes(failure) === true);
}
