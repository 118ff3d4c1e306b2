import { InvalidInput } from '../api/errors.ts';
import { createRandom } from '../data/random.ts';

/** Which requests a fault strikes; what is left out matches any. */
export interface FaultMatch {
  readonly method?: string;
  /** A route's template with or without its method: `GET /execution`, `/execution/{execution_id}`. */
  readonly route?: string;
  /** The linked account. */
  readonly account?: string;
  /** Query parameters that must have these values. */
  readonly query?: Readonly<Record<string, string>>;
}

/** What goes wrong with matching requests; without `times`, `share` and `forMs`, with the next one. */
export interface Fault {
  readonly match?: FaultMatch;
  /** How many requests it strikes. */
  readonly times?: number;
  /** The share of requests, 0 to 1, that it strikes (chosen by the seed), without `times` and `forMs` for ever. */
  readonly share?: number;
  /** For how long it strikes, in ms of the sandbox's time; without `times`, each of the requests. */
  readonly forMs?: number;
  /** Answer this status; from 400 on with the upstream's error body unless `body` is given. */
  readonly status?: number;
  /** A Retry-After header: seconds, or any text such as an HTTP date. */
  readonly retryAfter?: number | string;
  /** Wait before answering, in ms. */
  readonly delayMs?: number;
  /** Never answer, or send only the headers. */
  readonly hang?: 'before-headers' | 'after-headers';
  /** Reset the connection instead of answering. */
  readonly reset?: boolean;
  /** Send half of the body, then cut the connection. */
  readonly truncate?: boolean;
  readonly contentType?: string;
  /** Another body: text as it is, anything else as JSON. */
  readonly body?: unknown;
  /** A body of this many bytes and more, in chunks. */
  readonly hugeBytes?: number;
  /** Whether the request is carried out all the same; by default unless `status` is an error. */
  readonly takesEffect?: boolean;
}

/** A request as faults see it. */
export interface FaultTarget {
  readonly method: string;
  readonly route: string;
  readonly account: string;
  readonly params: URLSearchParams;
}

interface ArmedFault {
  readonly fault: Fault;
  readonly untilMs: number;
  timesLeft: number;
}

function matches(match: FaultMatch, target: FaultTarget): boolean {
  const { method, route, account, query = {} } = match;
  return (
    (method === undefined || method.toUpperCase() === target.method) &&
    (route === undefined || route === target.route || route === `${target.method} ${target.route}`) &&
    (account === undefined || account === target.account) &&
    Object.entries(query).every(([name, value]) => target.params.get(name) === value)
  );
}

/** The faults in wait, asked in the order in which they were added. */
export class Faults {
  readonly #seed: number;
  #armed: ArmedFault[] = [];
  readonly #now: () => number;
  #random: () => number;

  /** `now` tells the sandbox's time. */
  constructor(seed: number, now: () => number) {
    this.#seed = seed;
    this.#now = now;
    this.#random = createRandom(seed);
  }

  add(fault: Fault): void {
    const { share, forMs } = fault;
    const timesLeft = fault.times ?? (share === undefined && forMs === undefined ? 1 : Infinity);
    this.#armed.push({ fault, timesLeft, untilMs: forMs === undefined ? Infinity : this.#now() + forMs });
  }

  clear(): void {
    this.#armed = [];
    this.#random = createRandom(this.#seed);
  }

  /** The fault that strikes this request, used up by one, or null. */
  strike(target: FaultTarget): Fault | null {
    const nowMs = this.#now();
    this.#armed = this.#armed.filter(({ untilMs }) => nowMs < untilMs);
    const armed = this.#armed.find(
      ({ fault }) =>
        matches(fault.match ?? {}, target) && (fault.share === undefined || this.#random() < fault.share),
    );
    if (armed === undefined) return null;
    armed.timesLeft -= 1;
    if (armed.timesLeft <= 0) this.#armed = this.#armed.filter((one) => one !== armed);
    return armed.fault;
  }
}

type Check = (value: unknown) => boolean;

function within(least: number, most: number, whole: boolean): Check {
  return (value) =>
    typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
}
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isHeaderText: Check = (value) => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);

/** Whether a value is a JSON object (no array, no null). */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const FAULT_FIELDS: Readonly<Record<keyof Fault, readonly [Check, string]>> = {
  match: [isRecord, 'an object'],
  times: [within(1, 1_000_000_000, true), 'an integer from 1'],
  share: [within(0, 1, false), 'a number from 0 to 1'],
  forMs: [within(1, 3_600_000, false), 'a number from 1 to 3600000'],
  status: [within(200, 599, true), 'an integer from 200 to 599'],
  retryAfter: [(value) => isHeaderText(value) || within(0, 1e9, false)(value), 'seconds or a text'],
  delayMs: [within(0, 3_600_000, false), 'a number from 0 to 3600000'],
  hang: [
    (value) => value === 'before-headers' || value === 'after-headers',
    'before-headers or after-headers',
  ],
  reset: [isFlag, 'true or false'],
  truncate: [isFlag, 'true or false'],
  contentType: [isHeaderText, 'a text'],
  body: [() => true, 'any JSON'],
  hugeBytes: [within(1, 10_000_000_000, true), 'an integer from 1'],
  takesEffect: [isFlag, 'true or false'],
};

const MATCH_FIELDS: Readonly<Record<keyof FaultMatch, readonly [Check, string]>> = {
  method: [isText, 'a text'],
  route: [isText, 'a text'],
  account: [isText, 'a text'],
  query: [(value) => isRecord(value) && Object.values(value).every(isText), 'an object of texts'],
};

/** Checks that an object has only known fields with fitting values; throws `InvalidInput` naming the first mistake. */
export function checkFields(
  value: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, readonly [Check, string]>>,
  prefix = '',
): void {
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      throw new InvalidInput(`${prefix}${name}: is not known; known are ${Object.keys(fields).join(', ')}`);
    }
    const [check, expected] = field;
    if (!check(given)) throw new InvalidInput(`${prefix}${name}: must be ${expected}`);
  }
}

/** Reads a fault from JSON; throws `InvalidInput` naming the mistake. */
export function parseFault(value: unknown): Fault {
  if (!isRecord(value)) throw new InvalidInput('a fault must be a JSON object');
  checkFields(value, FAULT_FIELDS);
  if (isRecord(value['match'])) checkFields(value['match'], MATCH_FIELDS, 'match.');
  return value;
}
