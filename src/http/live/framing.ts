import { RETRY_AFTER_MS } from '../../domain/overload.ts';
import { errorBody } from '../answer.ts';
import { ENDINGS, type Ending } from './viewer.ts';

/** How the results of an operation are written into one answer. */
export interface Framing {
  readonly contentType: string;
  /** What it begins with. */
  readonly opening: string;
  /** A sign of life. */
  readonly beat: string;
  /** @param json a result */
  readonly result: (json: string) => string;
  /**
   * What the operation ends with that has failed, or could not go on.
   * @param json a result without data
   */
  readonly failure: (json: string) => string;
  /** What it ends with when there are no more results. */
  readonly end: string;
  /** What it ends with when its connection has to; null: a client connects again by itself where nothing is said. */
  readonly farewell: (ending: Ending) => string | null;
}

const END_OF_EVENTS = 'event: complete\ndata:\n\n';
const eventOf = (json: string) => `event: next\ndata: ${json}\n\n`;

/** Server-sent events, as `graphql-sse` has them. A client that is told that all is complete does not connect again. */
export const EVENTS: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  // Some browsers tell of no answer before something of its body has come.
  opening: ':\n\n',
  beat: ':\n\n',
  result: eventOf,
  failure: (json) => `${eventOf(json)}${END_OF_EVENTS}`,
  end: END_OF_EVENTS,
  // With what it then signs in with it goes on, or is told that this is refused.
  farewell: () => null,
};

/** Each part ends with the boundary, since clients read a part when they see its end. */
const partOf = (json: string) => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;
const failureOf = (errors: unknown) => `${partOf(JSON.stringify({ payload: null, errors }))}--\r\n`;

/** Multipart, as Apollo's `subscriptionSpec=1.0` has it. */
export const PARTS: Framing = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '\r\n--graphql',
  beat: partOf('{}'),
  result: (json) => partOf(`{"payload":${json}}`),
  failure: (json) => failureOf((JSON.parse(json) as { errors: unknown }).errors),
  end: '--\r\n',
  farewell: (ending) => failureOf(errorsOf(ending).errors),
};

function errorsOf({ code, reason }: Ending) {
  return code === ENDINGS.EXPIRED.code
    ? errorBody(reason, 'UNAUTHENTICATED')
    : errorBody(reason, 'OVERLOADED', { retryAfterMs: RETRY_AFTER_MS });
}
