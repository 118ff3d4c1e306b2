import { Counter } from 'prom-client';
import type { ClientName } from './client-name.ts';
import { createCounter } from './counter.ts';
import { createDurations, type Traced } from './durations.ts';
import { TalliedHistogram } from './histogram.ts';
import { DOCUMENT_OUTCOMES, type Outcome } from './outcome.ts';
import type { MetricsRegistry } from './print-metrics.ts';
import { createTallies, type Tallies } from './tallies.ts';

/** A GraphQL operation that has ended. */
export interface EndedOperation {
  readonly outcome: Outcome;
  /** The code of its first error, `OK`, or `GONE` where its client left first. */
  readonly code: string;
  readonly durationMs: number;
  /** The upstream calls that it made. */
  readonly calls: number;
  readonly client: ClientName | null;
  readonly trace?: Traced | null;
}

/** How many operations have ended with each code. */
type Codes = Map<string, number>;

/** What is counted of operations of one name and type. */
interface OperationTally {
  readonly operation: string;
  readonly type: string;
  readonly codes: Codes;
  timeMs: number;
  calls: number;
}

/** What is counted of operations of one version of a client. */
interface ClientTally {
  readonly client: string;
  readonly version: string;
  readonly codes: Codes;
}

/** So many names of operations are told apart, and so many versions of clients. */
const MAX_NAMES = 50;
/** One that has not been seen for so long makes room. */
const KEEP_MS = 3_600_000;

// No name of an operation or a client begins with a bracket.
const ANONYMOUS = '(anonymous)';
const OTHER = '(other)';
const UNKNOWN = '(unknown)';

const CALLS = [0, 1, 2, 3, 4, 5, 8, 12, 16, 20, 25];

/**
 * Registers what is counted of operations.
 * @param now milliseconds, of a clock that never goes back
 */
export function createOperationMetrics(
  registry: MetricsRegistry,
  prefix: string,
  now: () => number,
): (ended: EndedOperation) => void {
  const durations = createDurations(registry, {
    name: `${prefix}operation_seconds`,
    help: 'Queries and mutations by the code of their first error. OK: there was none. GONE: the client left first.',
    labelNames: ['code'],
    now,
  });
  const costs = new TalliedHistogram(registry, {
    name: `${prefix}operation_cost`,
    help: 'Operations by the upstream calls that they could need (requested) and that they made (actual).',
    labelNames: ['kind'],
    buckets: CALLS,
    now,
  });
  const documents = createCounter(
    registry,
    `${prefix}documents_total`,
    'Operations by where their document stands, of those who have a list of trusted documents or register their own. refused: it may not run. not_found: nobody knows one by this id.',
    { outcome: DOCUMENT_OUTCOMES },
  );
  const bounds = { max: MAX_NAMES, keepMs: KEEP_MS, now };
  const byName = createTallies<OperationTally>({
    ...bounds,
    create: (operation, type) => ({ operation, type, codes: new Map(), timeMs: 0, calls: 0 }),
  });
  const byClient = createTallies<ClientTally>({
    ...bounds,
    create: (client, version) => ({ client, version, codes: new Map() }),
  });
  registerNames(registry, prefix, byName);
  registerClients(registry, prefix, byClient);

  return (ended) => {
    const { outcome, code, durationMs, calls, trace } = ended;
    // How long somebody watches says nothing of how fast anything is.
    const isWatched = outcome.type === 'subscription';
    const tally = tallyOfName(ended, byName);
    tally.calls += calls;
    countUp(tally.codes, code);
    countUp(tallyOfClient(ended, byClient).codes, code);
    if (outcome.document !== null) documents.inc({ outcome: outcome.document.outcome });
    if (outcome.requestedCost !== null) {
      costs.tally({ kind: 'requested' }, outcome.requestedCost);
      costs.tally({ kind: 'actual' }, calls);
    }
    if (isWatched) return;
    tally.timeMs += durationMs;
    durations.observe({ code }, durationMs, trace);
  };
}

function tallyOfName(ended: EndedOperation, tallies: Tallies<OperationTally>): OperationTally {
  const { operation, type } = ended.outcome;
  if (type === null) return tallies.shared(UNKNOWN, 'unknown');
  if (operation === null) return tallies.shared(ANONYMOUS, type);
  return tallies.of(operation, type, isVouchedFor(ended)) ?? tallies.shared(OTHER, type);
}

function tallyOfClient(ended: EndedOperation, tallies: Tallies<ClientTally>): ClientTally {
  const { client } = ended;
  if (client === null) return tallies.shared(UNKNOWN, UNKNOWN);
  const { name, version } = client;
  return tallies.of(name, version ?? UNKNOWN, isVouchedFor(ended)) ?? tallies.shared(OTHER, OTHER);
}

/**
 * Whether a name that is new is told apart from then on. Anybody can ask for nothing under any name; what is answered
 * without an error and from Refold was asked by somebody whom Refold lets in. Who watches leaves in the end, and is
 * answered before.
 */
function isVouchedFor({ outcome, code }: EndedOperation): boolean {
  const { type, codes, requestedCost } = outcome;
  const isAnswered = code === 'OK' || type === 'subscription';
  return isAnswered && codes.size === 0 && (requestedCost ?? 0) > 0;
}

function countUp(codes: Codes, code: string): void {
  codes.set(code, (codes.get(code) ?? 0) + 1);
}

function registerNames(registry: MetricsRegistry, prefix: string, tallies: Tallies<OperationTally>): void {
  const registers = [registry];
  const results = new Counter({
    name: `${prefix}operations_total`,
    help: `Operations by their name, their type and the code of their first error. ${String(MAX_NAMES)} names are told apart; the rest is ${OTHER}. ${UNKNOWN}: it did not come as far as a name.`,
    labelNames: ['operation', 'type', 'code'],
    registers,
    collect: () => {
      results.reset();
      for (const { operation, type, codes } of tallies.all()) {
        for (const [code, count] of codes) results.inc({ operation, type, code }, count);
      }
    },
  });
  const times = new Counter({
    name: `${prefix}operation_time_seconds_total`,
    help: 'What queries and mutations have taken together, by their name and type.',
    labelNames: ['operation', 'type'],
    registers,
    collect: () => {
      times.reset();
      for (const { operation, type, timeMs } of tallies.all()) times.inc({ operation, type }, timeMs / 1000);
    },
  });
  const made = new Counter({
    name: `${prefix}operation_upstream_calls_total`,
    help: 'Upstream calls that operations have made, by their name and type.',
    labelNames: ['operation', 'type'],
    registers,
    collect: () => {
      made.reset();
      for (const { operation, type, calls } of tallies.all()) made.inc({ operation, type }, calls);
    },
  });
}

function registerClients(registry: MetricsRegistry, prefix: string, tallies: Tallies<ClientTally>): void {
  const results = new Counter({
    name: `${prefix}client_operations_total`,
    help: `Operations by the name and version that their client tells, and the code of their first error. ${String(MAX_NAMES)} versions are told apart; the rest is ${OTHER}. ${UNKNOWN}: it tells none.`,
    labelNames: ['client', 'version', 'code'],
    registers: [registry],
    collect: () => {
      results.reset();
      for (const { client, version, codes } of tallies.all()) {
        for (const [code, count] of codes) results.inc({ client, version, code }, count);
      }
    },
  });
}
