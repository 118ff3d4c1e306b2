import { randomUUID } from 'node:crypto';
import type { BulkAnswer, BulkAsk, BulkJob } from '../domain/bulk.ts';
import type { Credential } from '../domain/credential.ts';
import { badInput, GatewayError } from '../domain/errors.ts';
import { isJobId } from '../domain/id.ts';
import type { Operation } from '../upstream/call.ts';
import type { RedisLink } from '../redis/connection.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createJobs, overloaded, type Entry } from './jobs.ts';
import { hashOf, newRecord, resumed, snapshot, type JobRecord } from './record.ts';
import { startRun, type RunOptions } from './job-runner.ts';
import { readSelection, type Selection } from './selection.ts';
import { createJobStore } from './store.ts';
import { createTurns } from './keyed-mutex.ts';

/** What bulk changes are built from. */
export interface BulkOptions extends RunOptions {
  /** Where jobs are recorded; null: in memory only. */
  readonly link: RedisLink | null;
  /** How many executions one change may be about. */
  readonly maxSize: number;
}

/** Who asks, and during which operation. */
export interface BulkCaller {
  /** Throws when the caller is not signed in. */
  readonly credential: () => Credential;
  readonly operation: Operation;
  readonly upstream: Upstream;
}

/** Bulk changes, as one caller sees them. */
export interface BulkOfCaller {
  /**
   * Starts a job, or answers the one that was started for the same `clientMutationId`, and goes on with it when it was
   * interrupted. Rejects with BAD_USER_INPUT naming what is wrong, and with OVERLOADED when there is no room.
   */
  ask(asked: BulkAsk): Promise<BulkAnswer>;
  /**
   * A job; null when it is unknown or another caller's.
   * @param afterRevision waits for a later one than this, as long as the operation lets; null: answers at once
   */
  job(id: string, afterRevision: number | null): Promise<BulkJob | null>;
  /** Sends no more of a job; null when it is unknown or another caller's. */
  abort(id: string): Promise<BulkJob | null>;
}

/** Bulk changes of all callers. */
export interface Bulk {
  forCaller(caller: BulkCaller): BulkOfCaller;
  /** Sends nothing more and waits for what is in flight, for so long at most. The jobs are interrupted. */
  stop(timeoutMs: number): Promise<void>;
}

const MAX_NAME_LENGTH = 256;
/** How much of an operation's time is left to answer a long poll with. */
const ANSWER_MS = 500;
/** How often a job that another replica runs is looked at. */
const LOOK_MS = 500;

/** Builds the one place that knows all jobs of this process. */
export function createBulk(options: BulkOptions): Bulk {
  const { clock, maxSize } = options;
  const store = options.link === null ? null : createJobStore(options.link, clock);
  const jobs = createJobs(clock);
  const inTurn = createTurns();
  let isStopping = false;

  /** The job as far as it is known: from memory if it runs here, or if nobody else can know better. */
  const load = async (owner: string, id: string): Promise<JobRecord | null> => {
    if (!isJobId(id)) return null;
    const own = jobs.get(owner, id);
    if (own !== null && (own.runner === null || own.record.state !== 'INTERRUPTED')) return own.record;
    return (await store?.read(owner, id)) ?? jobs.get(owner, id)?.record ?? null;
  };

  /** Makes room for a job that is about to run; throws OVERLOADED. */
  const makeRoom = (owner: string) => {
    if (isStopping) throw overloaded('The gateway is being stopped');
    jobs.makeRoom(owner);
  };

  const launch = (entry: Entry, credential: Credential, resuming: { abort: boolean } | null): Entry => {
    const { record, runner } = entry;
    entry.run = startRun(options, {
      record,
      credential,
      durable: store === null || runner === null ? null : { store, runner },
      isChanged: resuming !== null,
      end: resuming?.abort === true ? 'ABORTED' : isStopping ? 'INTERRUPTED' : null,
      onChange: () => {
        jobs.changed(record.id);
      },
      onLost: () => {
        jobs.delete(entry);
        jobs.changed(record.id);
      },
    });
    return entry;
  };

  /**
   * Goes on with a job that was interrupted; null when somebody else does.
   * @param abort only to end it for good
   */
  const resume = async (
    record: JobRecord,
    credential: Credential,
    abort: boolean,
  ): Promise<JobRecord | null> => {
    const { owner, id } = record;
    makeRoom(owner);
    const isInMemory = store === null || jobs.get(owner, id)?.runner === null;
    const runner = isInMemory ? null : randomUUID();
    const left = runner === null ? record : await store?.claim(owner, id, runner);
    if (left == null) return null;
    const entry: Entry = { record: resumed(left), runner, run: null };
    jobs.add(entry);
    return launch(entry, credential, { abort }).record;
  };

  /** The job of this name; null when there is none. */
  const find = async (owner: string, mutation: string): Promise<JobRecord | null> => {
    const own = jobs.named(owner, mutation);
    const id = own?.record.id ?? (await store?.find(owner, mutation)) ?? null;
    return id === null ? null : known(await load(owner, id));
  };

  /** A job of the same name: it must be about the same, and goes on if it was interrupted. */
  const again = async (record: JobRecord, asked: string, credential: Credential): Promise<JobRecord> => {
    if (record.asked !== asked) throw badInput('clientMutationId was used for another change');
    if (record.state !== 'INTERRUPTED') return record;
    return (await resume(record, credential, false)) ?? record;
  };

  const begin = async (
    given: Pick<JobRecord, 'owner' | 'kind' | 'asked' | 'mutation'>,
    ids: readonly string[],
    credential: Credential,
  ): Promise<JobRecord> => {
    const id = randomUUID();
    const record = newRecord({ ...given, id, createdAt: clock.date() }, ids);
    const entry: Entry = { record, runner: null, run: null };
    makeRoom(given.owner);
    jobs.add(entry);
    if (store === null) return launch(entry, credential, null).record;
    const runner = randomUUID();
    const created = await store.create(record, runner);
    if (typeof created === 'object') {
      jobs.delete(entry);
      return again(known(await load(given.owner, created.id)), given.asked, credential);
    }
    // What may have been recorded must not be sent before it is known to be.
    entry.runner = created === 'away' ? null : runner;
    return launch(entry, credential, null).record;
  };

  const ask = async (asked: BulkAsk, selection: Selection, caller: BulkCaller): Promise<BulkAnswer> => {
    const { kind, clientMutationId } = asked;
    const credential = caller.credential();
    const owner = credential.identity;
    const mutation = clientMutationId === null ? null : hashOf(clientMutationId);
    const start = async () => {
      const before = mutation === null ? null : await find(owner, mutation);
      if (before !== null) return again(before, selection.asked, credential);
      const ids = await selection.match(caller.upstream);
      return begin({ owner, kind, asked: selection.asked, mutation }, ids, credential);
    };
    const record = await (mutation === null ? start() : inTurn(`${owner}:${mutation}`, start));
    const executionIds = record.items.map(({ executionId }) => executionId);
    return { clientMutationId, executionIds, job: snapshot(record) };
  };

  const watch = async (id: string, afterRevision: number | null, { credential, operation }: BulkCaller) => {
    const owner = credential().identity;
    for (;;) {
      const record = await load(owner, id);
      const leftMs = operation.deadline - ANSWER_MS - clock.now();
      const isNews = afterRevision === null || record === null || record.revision > afterRevision;
      if (isNews || record.state !== 'RUNNING' || leftMs <= 0 || operation.signal.aborted) return record;
      const maxMs = jobs.get(owner, id) === null ? Math.min(leftMs, LOOK_MS) : leftMs;
      await jobs.change(id, maxMs, operation.signal);
    }
  };

  const abort = async (id: string, credential: Credential): Promise<JobRecord | null> => {
    const owner = credential.identity;
    const record = await load(owner, id);
    if (record === null || record.state === 'COMPLETED' || record.state === 'ABORTED') return record;
    if (record.state === 'INTERRUPTED') return (await resume(record, credential, true)) ?? record;
    const run = jobs.get(owner, id)?.run;
    if (run == null) await store?.flagAbort(owner, id);
    else run.end('ABORTED');
    return record;
  };

  return {
    forCaller: (caller) => ({
      ask: async (asked) => {
        caller.credential();
        checkName(asked.clientMutationId);
        const selection = readSelection(asked, maxSize);
        if (!asked.dryRun) return ask(asked, selection, caller);
        const executionIds = await selection.match(caller.upstream);
        return { clientMutationId: asked.clientMutationId, executionIds, job: null };
      },
      job: async (id, afterRevision) => shown(await watch(id, afterRevision, caller)),
      abort: async (id) => shown(await abort(id, caller.credential())),
    }),
    stop: async (timeoutMs) => {
      isStopping = true;
      const runs = jobs.all().flatMap(({ run }) => run ?? []);
      for (const run of runs) run.end('INTERRUPTED');
      const cancel = clock.after(timeoutMs, () => {
        for (const run of runs) run.cut();
      });
      await Promise.all(runs.map(({ done }) => done));
      cancel();
    },
  };
}

function shown(record: JobRecord | null): BulkJob | null {
  return record === null ? null : snapshot(record);
}

/** The job that a name was given to. Without it nobody can tell what was sent. */
function known(record: JobRecord | null): JobRecord {
  if (record !== null) return record;
  throw new GatewayError('NOT_FOUND', 'The job of this clientMutationId is not to be had');
}

function checkName(name: string | null): void {
  if (name === null || (name !== '' && name.length <= MAX_NAME_LENGTH)) return;
  throw badInput(`clientMutationId must have from 1 to ${String(MAX_NAME_LENGTH)} characters`);
}
