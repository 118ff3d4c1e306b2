import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import { GatewayError, isUnknownOrForeign } from '../domain/errors.ts';
import { canonicalId } from '../domain/id.ts';
import { isReadable, type Execution, type ExecutionDetail, type KnownStatus } from '../domain/model.ts';
import { Recent } from '../domain/recent.ts';
import type { Ask } from '../upstream/call.ts';
import { createUpstream, type Upstream } from '../upstream/endpoints/upstream.ts';
import { createLedger, type Operation } from '../upstream/operation.ts';
import { readerOf } from './reading.ts';
import type { ReadingParts } from './upstream-for.ts';

/** Who wants to watch, and upstream as asked for that: by somebody who waits. */
export interface RunCaller {
  readonly credential: Credential;
  readonly operation: Operation;
  readonly upstream: Pick<Upstream, 'execution'>;
}

/** What a viewer is told first, and when upstream answered it, on the monotonic clock. */
export type FirstReading =
  | { readonly row: Execution; readonly at: number }
  | { readonly detail: ExecutionDetail; readonly at: number };

/** Reads what viewers of runs are told first. */
export interface FirstReader {
  /** All of a run, by its id. @throws NOT_FOUND or FORBIDDEN where there is none for the caller */
  detail(caller: RunCaller, id: string): Promise<FirstReading>;
  /** The same, or its row. However many are opened together cost few calls. */
  row(caller: RunCaller, id: string): Promise<FirstReading>;
}

/** What it is built from. */
export interface FirstReaderOptions extends Omit<ReadingParts, 'credential'> {
  readonly clock: Clock;
}

/** Runs that are opened so soon after each other are opened together, such as those of one page. */
const TOGETHER_MS = 1000;
/** Of how many callers it is remembered when they last opened a run. */
const MAX_CALLERS = 10_000;
/** What may show a run: the list that feeds and queries read, and that of watched runs. */
const LISTS = [undefined, 'RUNNING'] as const;

/**
 * Builds it. What is remembered, and is as fresh as the answer of a query, will do. One run is read by its id. Where
 * others have just been read so, the newest page of the caller's runs tells more of them with one call; where others are
 * not on it either, the list of those that are running does. What no list has is read by its id, whosever it is.
 */
export function createFirstReader({ clock, ...parts }: FirstReaderOptions): FirstReader {
  /** When a caller last had to ask for a run, and for one that was not on the newest page. */
  const askedAt = new Recent<number>(MAX_CALLERS);
  const missedAt = new Recent<number>(MAX_CALLERS);

  /** Whether this one is opened together with others. */
  const isOneOfMany = (times: typeof askedAt, { credential }: RunCaller) => {
    const last = times.get(credential.identity) ?? -Infinity;
    times.set(credential.identity, clock.now());
    return clock.now() - last < TOGETHER_MS;
  };

  /** What is asked for by id now: whoever wants the same run waits for the same answer. */
  const underWay = new Set<string>();
  const keyOf = ({ credential }: RunCaller, id: string) => `${credential.identity} ${id}`;

  const askById = async (caller: RunCaller, id: string): Promise<FirstReading> => {
    const key = keyOf(caller, id);
    underWay.add(key);
    try {
      return { detail: await caller.upstream.execution.get(id), at: clock.now() };
    } finally {
      underWay.delete(key);
    }
  };

  const listed = async ({ upstream }: RunCaller, id: string, status?: KnownStatus) => {
    try {
      return await find(upstream, id, status);
    } catch (error) {
      // What is not told in one way is in another, and who may not list may ask by the id all the same.
      if (error instanceof GatewayError) return null;
      throw error;
    }
  };

  return {
    detail: async (caller, id) => (await createMemory(parts, caller).detail(id)) ?? askById(caller, id),
    row: async (caller, id) => {
      const memory = createMemory(parts, caller);
      const known = (await memory.detail(id)) ?? (await memory.row(id));
      if (known !== null) return known;
      if (underWay.has(keyOf(caller, id)) || !isOneOfMany(askedAt, caller)) return askById(caller, id);
      const onPage = await listed(caller, id);
      if (onPage !== null) return onPage;
      const running = isOneOfMany(missedAt, caller) ? await listed(caller, id, 'RUNNING') : null;
      return running ?? askById(caller, id);
    },
  };
}

/** What is remembered for a caller, and fresh. It makes no call. */
function createMemory(
  { send, capabilities, pageLimits }: Omit<ReadingParts, 'credential'>,
  { credential, operation: asked }: RunCaller,
) {
  const operation = { ...asked, ledger: createLedger(asked.ledger) };
  let at = -Infinity;
  const ask: Ask = async (request) => {
    const answer = await send({ ...request, credential, operation, onlyRemembered: true });
    ({ at } = answer);
    return answer.value;
  };
  const identityOf = () => credential.identity;
  const upstream = createUpstream(ask, capabilities.of(identityOf), pageLimits(identityOf));
  return {
    /** @throws NOT_FOUND or FORBIDDEN where it is remembered that there is none for the caller */
    detail: async (id: string): Promise<FirstReading | null> => {
      try {
        return { detail: await upstream.execution.get(id), at };
      } catch (error) {
        // That there is none may be remembered, too: then something was served.
        if (!isUnknownOrForeign(error) || operation.ledger.cacheHits > 0) throw error;
        return null;
      }
    },
    row: async (id: string): Promise<FirstReading | null> => {
      const rows = LISTS.map((status) => find(upstream, id, status).catch(() => null));
      return (await Promise.all(rows)).find((row) => row !== null) ?? null;
    },
  };
}

/** A run's row among the newest ones, or among those in one state; null: there is none that can be read. */
async function find(upstream: RunCaller['upstream'], id: string, status?: KnownStatus) {
  const reader = readerOf(upstream, {}, status);
  const { items, at } = await reader.first(reader.largest());
  const row = items.find((one) => canonicalId(one.id) === id && isReadable(one));
  return row === undefined ? null : { row, at };
}
