import { delay, Ending, type Clock, type EndSignal } from '../clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { JobRecord } from './record.ts';
import type { JobRunner } from './job-runner.ts';

/** A job that is or was run by this process. */
export interface Entry {
  readonly record: JobRecord;
  /** The runner that it is recorded as; null: it is in memory only. */
  runnerId: string | null;
  /** Null until it has been started. */
  runner: JobRunner | null;
}

/** The jobs that this process keeps in memory. There is a bound to how many, and to how long. */
export interface Jobs {
  /** Null when it is unknown or another owner's. */
  get(owner: string, id: string): Entry | null;
  /** The owner's job of this name. */
  named(owner: string, mutation: string): Entry | null;
  all(): Entry[];
  /** Forgets what has ended, as far as need be; throws OVERLOADED when this owner may run no further job. */
  makeRoom(owner: string): void;
  /** Keeps a job that is to run, in place of the one of the same id. */
  add(entry: Entry): void;
  delete(entry: Entry): void;
  /** Resolves when the job has changed, after so long, or when the signal aborts. */
  change(id: string, maxMs: number, signal: EndSignal): Promise<void>;
  /** Wakes whoever waits for a change of the job. */
  changed(id: string): void;
}

const MAX_RUNNING = 3;
const MAX_JOBS = 1000;
const KEEP_ENDED_MS = 3_600_000;

/** Builds an empty collection. */
export function createJobs(clock: Clock): Jobs {
  // In the order in which they were added.
  const entries = new Map<string, Entry>();
  /** Those who wait for the next change of a job: each wait ends with it. */
  const watchers = new Map<string, Set<Ending>>();
  const all = () => [...entries.values()];
  const isRunning = ({ record }: Entry) => record.state === 'RUNNING';

  /** When each job that has ended was first seen to have, on the clock's `now()`. */
  const seenEndedAt = new WeakMap<JobRecord, number>();
  const hasEndedLongAgo = ({ record }: Entry) => {
    if (record.endedAt === null) return false;
    const now = clock.now();
    const seenAt = seenEndedAt.get(record) ?? now;
    seenEndedAt.set(record, seenAt);
    return now - seenAt > KEEP_ENDED_MS;
  };

  const makeRoom = (owner: string) => {
    for (const [id, entry] of entries) if (hasEndedLongAgo(entry)) entries.delete(id);
    const own = all().filter((entry) => entry.record.owner === owner && isRunning(entry));
    if (own.length >= MAX_RUNNING) {
      throw overloaded(`Only ${String(MAX_RUNNING)} jobs of one caller may run at once`);
    }
    if (entries.size < MAX_JOBS) return;
    const ended = all().find((entry) => !isRunning(entry));
    if (ended === undefined) throw overloaded('Too many jobs are running here');
    entries.delete(ended.record.id);
  };

  return {
    get: (owner, id) => {
      const entry = entries.get(id);
      return entry?.record.owner === owner ? entry : null;
    },
    named: (owner, mutation) =>
      all().find(({ record }) => record.owner === owner && record.mutation === mutation) ?? null,
    all,
    makeRoom,
    add: (entry) => {
      const { id } = entry.record;
      entries.delete(id);
      entries.set(id, entry);
    },
    delete: (entry) => {
      if (entries.get(entry.record.id) === entry) entries.delete(entry.record.id);
    },
    change: async (id, maxMs, signal) => {
      const waiting = watchers.get(id) ?? new Set<Ending>();
      watchers.set(id, waiting);
      const wait = new Ending();
      waiting.add(wait);
      const leave = () => {
        wait.abort(signal.reason);
      };
      if (signal.aborted) leave();
      else signal.addEventListener('abort', leave, { once: true });
      await delay(clock, maxMs, wait).catch(() => undefined);
      signal.removeEventListener('abort', leave);
      waiting.delete(wait);
      if (waiting.size === 0 && watchers.get(id) === waiting) watchers.delete(id);
    },
    changed: (id) => {
      const waiting = watchers.get(id) ?? [];
      watchers.delete(id);
      for (const wait of waiting) wait.abort(new Error('There is news'));
    },
  };
}

/** There is no room for another job just now. */
export function overloaded(message: string): GatewayError {
  return new GatewayError('OVERLOADED', message);
}
