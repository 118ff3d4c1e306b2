import type { Clock } from '../clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Execution, ExecutionFilter } from '../domain/model.ts';
import type { Ledger, Operation, Priority } from '../upstream/operation.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createKnownRuns, type KnownRuns, type RunChange } from './known-runs.ts';
import { createTurns } from './open-lists.ts';
import { readList, readPageOf } from './reading.ts';
import { endReading, startReading, upstreamFor, type ReadingParts } from './upstream-for.ts';

/** The newest page of a list with states. */
export interface PageOfView {
  readonly filter: ExecutionFilter;
  readonly rows: readonly Execution[];
}

/** What has come of a reading. */
export interface Outcome {
  /** What is new, the oldest run first. */
  readonly changes: readonly RunChange[];
  /** Whether runs may have come and gone out of sight. */
  readonly hasGap: boolean;
  readonly pages: readonly PageOfView[];
  /** Whether nothing was known before. */
  readonly isFirst: boolean;
  /** Whether upstream was asked for it, and not only what is remembered or shared. */
  readonly isOwn: boolean;
}

/** The last reading of a list. */
export interface LastReading {
  /** When the newest of its answers was given, on the monotonic clock. */
  readonly at: number;
  /** The time of day when the oldest of them was, epoch milliseconds. */
  readonly date: number;
  /** Whether it reached all rows. */
  readonly isWhole: boolean;
}

/** Reads one list of one caller again and again. */
export interface FeedReader {
  readonly known: KnownRuns;
  readonly last: () => LastReading | null;
  /** How long the last reading waited for the rate. */
  readonly waitedMs: () => number;
  /** A run to read by its id next time, if it is out of sight then. */
  readonly hint: (runId: string) => void;
  /** Reads what tells of all changes. */
  readonly read: (options: ReadOptions) => Promise<Outcome>;
  /** Reads something else, for somebody who waits. */
  readonly during: <T>(ledger: Ledger | null, work: (upstream: Upstream) => Promise<T>) => Promise<T>;
  /** Ends what is under way. */
  readonly stop: () => void;
}

/** How to read. */
export interface ReadOptions {
  readonly priority: Priority;
  /** Answers from before that, on the monotonic clock, do not count; null: those of the last reading do not. */
  readonly since: number | null;
  /** Lists with states whose newest page is to be read, too. */
  readonly pagesOf: readonly ExecutionFilter[];
  /** The same, where there is a gap since the last reading. */
  readonly pagesOnGap: () => readonly ExecutionFilter[];
  /** Where its cost is entered; null: nobody waits for it. */
  readonly ledger: Ledger | null;
}

/** Answers so near to each other are taken for the same one: where replicas share them, their times are not exact. */
const SAME_ANSWER_MS = 100;

/**
 * Builds a reader of a list.
 * @param filter without states
 */
export function createFeedReader(parts: ReadingParts, filter: ExecutionFilter, clock: Clock): FeedReader {
  const known = createKnownRuns();
  const stopped = new AbortController();
  const lookedUp = new Map<string, number>();
  const turns = createTurns();
  let hinted = new Set<string>();
  let last: LastReading | null = null;
  let waitedMs = 0;

  const during = async <T>(
    priority: Priority,
    ledger: Ledger | null,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T> => {
    const { tracing } = parts;
    const within = stopped.signal;
    const operation = startReading(clock, { what: 'list', tracing, within, priority, ledger });
    try {
      const result = await work(operation);
      endReading(operation);
      return result;
    } catch (error) {
      endReading(operation, error);
      throw error;
    }
  };

  const sinceOf = (since: number | null): number | undefined => {
    const newer = last === null ? undefined : last.at + SAME_ANSWER_MS;
    return since === null ? newer : Math.max(since, newer ?? since);
  };

  const readPages = async (
    upstream: Upstream,
    filters: readonly ExecutionFilter[],
    since: number | undefined,
  ) => {
    const pages = await Promise.all(filters.map((one) => readPageOf(upstream, one, since)));
    return {
      pages: pages.map(({ rows }, nth) => ({ filter: filters[nth] ?? filter, rows })),
      since: Math.max(since ?? -Infinity, ...pages.map(({ at }) => at)),
    };
  };

  /** What is to be read by its id, which stays so where that fails. */
  const withHints = async <T>(work: (hints: ReadonlySet<string>) => Promise<T>): Promise<T> => {
    const hints = hinted;
    hinted = new Set();
    return work(hints).catch((error: unknown) => {
      hinted = new Set([...hints, ...hinted]);
      throw error;
    });
  };

  const read = ({ priority, since, pagesOf, pagesOnGap, ledger }: ReadOptions) =>
    during(priority, ledger, async (operation) => {
      const upstream = upstreamFor(parts, operation);
      const before = operation.ledger.calls;
      const isFirst = last === null;
      // The whole list is read after its parts, so that nothing is older than what was read of it, and not seen.
      const first = await readPages(upstream, pagesOf, sinceOf(since));
      const reading = await withHints((hints) =>
        readList({
          upstream,
          filter,
          known,
          isFirst,
          since: Number.isFinite(first.since) ? first.since : undefined,
          lookedUp,
          hinted: hints,
          turns,
          now: () => clock.now(),
        }),
      );
      const more = reading.hasGap ? await readPages(upstream, pagesOnGap(), reading.lastAt) : null;
      const pages = [...first.pages, ...(more?.pages ?? [])];
      last = { at: reading.lastAt, date: reading.date, isWhole: reading.isWhole };
      waitedMs = operation.ledger.waitedMs;
      const changes = [...known.take(reading), ...known.learn(pages.flatMap(({ rows }) => rows))];
      for (const id of lookedUp.keys()) if (known.get(id) === undefined) lookedUp.delete(id);
      const isOwn = operation.ledger.calls > before;
      return { changes, hasGap: reading.hasGap, pages, isFirst, isOwn };
    });

  return {
    known,
    last: () => last,
    waitedMs: () => waitedMs,
    hint: (runId) => {
      hinted.add(runId);
    },
    read,
    during: (ledger, work) =>
      during('interactive', ledger, (operation) => work(upstreamFor(parts, operation))),
    stop: () => {
      stopped.abort(new GatewayError('UPSTREAM_UNAVAILABLE', 'Nobody waits for this any more'));
    },
  };
}
