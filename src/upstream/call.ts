import type { Credential, Identified } from '../domain/credential.ts';
import type { Moment } from '../domain/moment.ts';
import type { Operation } from './operation.ts';
import type { PromisedTurns } from './turns.ts';

/** How soon an answer may have changed. How long that is, is configuration. */
export type Freshness = 'list' | 'running' | 'terminal' | 'workflow' | 'application';

/** One question to upstream, before it is known who asks. */
export interface UpstreamRequest<T> {
  readonly method: 'GET' | 'POST';
  /** The path with its placeholders, for logs and metrics: `/execution/{execution_id}`. */
  readonly route: string;
  /** The path below `/api/v2/public`, or another area. Ids in it have been checked by `pathId`. */
  readonly path: string;
  /** Which part of upstream's API the path is in; `public`, unless told otherwise. */
  readonly area?: 'public' | 'f-sdk';
  /**
   * It may be for API keys alone: a session token that is refused here may be good all the same. Null: nowhere else
   * can it ask; otherwise the part of the API that has the same for session tokens.
   */
  readonly forSessions?: 'f-sdk' | null;
  /** Whoever asks has another way of finding out than to ask again where no answer comes in time. */
  readonly isTimeoutFinal?: boolean;
  /** Undefined values are left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  /**
   * Turns the JSON of a 200 into a domain value. Throws when the shape is not the one expected.
   * @param moment when it was answered
   */
  readonly read: (body: unknown, moment: Moment) => T;
  /** Answers that are remembered from before this time, on the clock's `now()`, do not count. */
  readonly since?: number | undefined;
  /** Where there is a `since`, any answer from then on will do, however soon it may have changed. */
  readonly isAnySince?: boolean | undefined;
  /** Only what is remembered and fresh is an answer: no call is made, and otherwise it is NOT_FOUND. */
  readonly onlyRemembered?: boolean | undefined;
  /** It is asked once only: nobody needs the answer so much that a second call is worth it. */
  readonly onlyOnce?: boolean | undefined;
  /** What was promised to the group of requests that it is one of. */
  readonly turns?: PromisedTurns | undefined;
  /** How soon a value may have changed. A method, so that a call for a T is also a call for something unknown. */
  freshness(value: T): Freshness;
}

/** One question to upstream, and all that the policies need to know about the caller. */
export interface UpstreamCall<T> extends UpstreamRequest<T> {
  readonly credential: Credential;
  readonly operation: Operation;
  /** How often it was sent before; left out: never. */
  readonly retries?: number;
}

/** What was asked, and for whom: as much of a call as can be kept. */
export interface Asked extends Pick<UpstreamCall<unknown>, 'route' | 'path'> {
  readonly credential: Identified;
}

/** An answer of upstream, and when it was given. */
export interface UpstreamAnswer<T> extends Moment {
  readonly value: T;
  /** The JSON that the value was read from; null in what is remembered, where nobody needs it any more. */
  readonly body: string | null;
}

/** Asks upstream. Every policy is a function from `Send` to `Send`; rejects with a `GatewayError`. */
export type Send = <T>(call: UpstreamCall<T>) => Promise<UpstreamAnswer<T>>;

/** `Send`, with the caller filled in: all that an endpoint sees. */
export type Ask = <T>(request: UpstreamRequest<T>) => Promise<T>;

/** Whether an answer of that time, on the clock's `now()`, is recent enough for a call. */
export function isRecent({ since }: UpstreamCall<unknown>, at: number): boolean {
  return since === undefined || at >= since;
}

/** Whether an answer that is recent enough is as good as a new one, though it may have changed since. */
export function isGoodAtAnyAge({ since, isAnySince }: UpstreamCall<unknown>): boolean {
  return since !== undefined && isAnySince === true;
}

/** What says where a call goes. */
type Target = Pick<UpstreamRequest<unknown>, 'area' | 'path' | 'query'>;

/** Path and query of a call below `/api/v2`, as they are sent. */
export function targetOf({ area = 'public', path, query }: Target): string {
  let search = '';
  for (const name in query) {
    const value = query[name];
    if (value !== undefined) search += `${search === '' ? '?' : '&'}${encoded(name)}=${encoded(value)}`;
  }
  return `/${area}${path}${search}`;
}

/** The path of a call with its placeholders, and all that it begins with but what a proxy needs. */
export function templateOf({
  area = 'public',
  route,
}: Pick<UpstreamRequest<unknown>, 'area' | 'route'>): string {
  return area === 'public' ? `/api/v2/public${route}` : `/api/v2${route}`;
}

/** A name or value of a query. Nearly all are words and numbers, and this is needed several times a call. */
function encoded(text: string): string {
  return /^[\w.-]*$/.test(text) ? text : new URLSearchParams([['', text]]).toString().slice(1);
}
