import { InvalidInput } from '../api/errors.ts';
import { checkFields, isRecord, parseFault } from './faults.ts';
import type { Fault } from './faults.ts';
import { SOURCES, TYPES } from '../data/generate.ts';
import { withoutCredentials } from './journal.ts';
import type { RecordedRequest, SandboxStats } from './journal.ts';
import type { Answer } from '../api/send.ts';
import { FAILURES, isFailureName } from '../data/failures.ts';
import { CONNECTION_EVENTS } from '../data/new-run.ts';
import type { AddedExecutions, Connection, ConnectionChange } from '../data/state.ts';
import { parseTraits } from '../api/traits.ts';
import type { Traits } from '../api/traits.ts';

/** What the control routes can do. */
export interface Controls {
  stats(): SandboxStats;
  requests(): readonly RecordedRequest[];
  reset(): void;
  addFault(fault: Fault): void;
  clearFaults(): void;
  /** What the upstream is like now. */
  options(): Traits;
  /** Changes some of that from the next request on; throws `InvalidInput` naming the first mistake, and changes nothing. */
  setOptions(changes: Partial<Traits>): void;
  addExecutions(added: AddedExecutions): readonly string[];
  /** How an account is connected to each application. */
  connections(account: string): readonly Connection[];
  /** Changes how an account is connected to an application, tells of it, and fails its runs where that is over. */
  connect(change: ConnectionChange): void;
  advanceClock(advanceMs: number): void;
}

/** Where all control routes begin. */
export const CONTROL_PREFIX = '/__sandbox';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1e12;
const oneOf =
  (list: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && list.includes(value);

const EXECUTION_FIELDS = {
  account: [isText, 'a text'],
  count: [(value: unknown) => typeof value === 'number', 'a number'],
  status: [isText, 'a text'],
  endStatus: [isText, 'a text'],
  durationMs: [isDuration, 'a number from 0'],
  failure: [isFailureName, `one of ${Object.keys(FAILURES).join(', ')}`],
  workflowId: [isText, 'a text'],
  workflowName: [isText, 'a text'],
  slug: [isText, 'a text'],
  source: [oneOf(SOURCES), `one of ${SOURCES.join(', ')}`],
  type: [oneOf(TYPES), `one of ${TYPES.join(', ')}`],
} as const satisfies Record<keyof AddedExecutions, unknown>;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidInput('the body must be JSON');
  }
}

function parseObject(text: string): Record<string, unknown> {
  const value = parseJson(text);
  if (!isRecord(value)) throw new InvalidInput('the body must be a JSON object');
  return value;
}

function parseExecutions(value: Record<string, unknown>): AddedExecutions {
  checkFields(value, EXECUTION_FIELDS);
  const { account } = value;
  if (typeof account !== 'string') throw new InvalidInput('account: is required');
  return { ...value, account };
}

const CONNECTION_FIELDS = {
  account: [isText, 'a text'],
  slug: [isText, 'a text'],
  event: [oneOf(CONNECTION_EVENTS), `one of ${CONNECTION_EVENTS.join(', ')}`],
} as const satisfies Record<keyof ConnectionChange, unknown>;

function parseConnection(value: Record<string, unknown>): ConnectionChange {
  checkFields(value, CONNECTION_FIELDS);
  const missing = Object.keys(CONNECTION_FIELDS).find((name) => value[name] === undefined);
  if (missing !== undefined) throw new InvalidInput(`${missing}: is required`);
  return value as unknown as ConnectionChange;
}

function parseAdvance(value: Record<string, unknown>): number {
  checkFields(value, { advanceMs: [isDuration, 'a number from 0'] });
  const { advanceMs } = value;
  if (typeof advanceMs !== 'number') throw new InvalidInput('advanceMs: is required');
  return advanceMs;
}

const DONE = { ok: true } as const;

function routes(
  controls: Controls,
): Readonly<Record<string, (body: string, query: URLSearchParams) => unknown>> {
  return {
    'GET /stats': () => controls.stats(),
    'GET /requests': () => controls.requests().map(withoutCredentials),
    'POST /reset': () => {
      controls.reset();
      return DONE;
    },
    'POST /faults': (body) => {
      controls.addFault(parseFault(parseJson(body)));
      return DONE;
    },
    'DELETE /faults': () => {
      controls.clearFaults();
      return DONE;
    },
    'GET /options': () => controls.options(),
    'POST /options': (body) => {
      controls.setOptions(parseTraits(parseObject(body)));
      return controls.options();
    },
    'POST /executions': (body) => ({ ids: controls.addExecutions(parseExecutions(parseObject(body))) }),
    'GET /connections': (_body, query) => controls.connections(query.get('account') ?? ''),
    'POST /connections': (body) => {
      controls.connect(parseConnection(parseObject(body)));
      return DONE;
    },
    'POST /clock': (body) => {
      controls.advanceClock(parseAdvance(parseObject(body)));
      return DONE;
    },
  };
}

/** A request to a control route. */
export interface ControlRequest {
  readonly method: string;
  /** The part after the prefix. */
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

/** Answers a request to a control route. */
export function answerControl(controls: Controls, { method, path, query, body }: ControlRequest): Answer {
  const all = routes(controls);
  const handle = Object.hasOwn(all, `${method} ${path}`) ? all[`${method} ${path}`] : undefined;
  if (handle === undefined) {
    const allow = Object.keys(all).flatMap((route) =>
      route.endsWith(` ${path}`) ? [route.split(' ')[0]] : [],
    );
    if (allow.length === 0) return { status: 404, body: { message: 'No such control route' } };
    return { status: 405, body: { message: 'Method not allowed' }, headers: { allow: allow.join(', ') } };
  }
  try {
    return { status: 200, body: handle(body, new URLSearchParams(query)) };
  } catch (error) {
    if (error instanceof InvalidInput) return { status: 400, body: { message: error.message } };
    throw error;
  }
}
