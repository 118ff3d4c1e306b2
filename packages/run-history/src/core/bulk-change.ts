import {
  AbortJobDocument,
  JobDocument,
  RerunRunsDocument,
  StopRunsDocument,
  type BulkFragment,
  type BulkInput,
} from '../documents/generated.ts';
import { watchJob, type BulkJob } from './job-watch.ts';
import type { Problem } from './problem.ts';
import type { RunClient } from './run-client.ts';
import type { RunFilter } from './run.ts';
import { createStore, type Store } from './store.ts';

/** What is done with many runs. */
export type BulkKind = 'RERUN' | 'STOP';

/**
 * Which runs: these, or all that match when they are counted. Without `status`, a filter takes those that have failed or
 * were stopped for reruns, and those that are running for stops.
 */
export type BulkSelection = { readonly ids: readonly string[] } | { readonly filter: RunFilter };

/** How far a change of many runs is. */
export interface BulkChangeState {
  /**
   * `counted`: it is known which runs it would be, and nothing was sent. `ended`: see `job.state`. `failed`: it could not
   * be counted, or started, or watched to its end: see `problems`, `isAnswerLost` and `isJobLost`.
   */
  readonly phase: 'idle' | 'counting' | 'counted' | 'starting' | 'running' | 'ended' | 'failed';
  /** What was chosen, frozen; null: nothing. */
  readonly selection: BulkSelection | null;
  /** The runs that were counted: exactly these are changed, whatever matches later. */
  readonly executionIds: readonly string[];
  /** How many there are; null: not counted. */
  readonly matched: number | null;
  /** What became of each; null: no job is known. */
  readonly job: BulkJob | null;
  /** Whether it was asked to send no more. */
  readonly isAborting: boolean;
  /** Whether nobody can tell if the job has begun, since the answer got lost. */
  readonly isAnswerLost: boolean;
  /** Whether the gateway does not know the job any more: what became of its `PENDING` runs, nobody can tell. */
  readonly isJobLost: boolean;
  /** Whether `resume` can go on, without running anything again that was run already. */
  readonly canResume: boolean;
  /** The runs that were certainly not changed, and may be tried again: neither those refused nor those unknown. */
  readonly retryableIds: readonly string[];
  readonly problems: readonly Problem[];
  /** Why it was refused, in the gateway's words; null: it was not. */
  readonly refusal: string | null;
}

/** A change of many runs. It goes on at the gateway when nobody watches it. */
export interface BulkChange extends Store<BulkChangeState> {
  /** Asks which runs it would be; changes nothing. Begins anew, unless a change is on its way. */
  readonly count: (selection: BulkSelection) => void;
  /** Changes the runs that were counted. Sent once; nothing unless the phase is `counted`. */
  readonly start: () => void;
  /** Sends no more: what is on its way ends, the rest becomes `NOT_DONE`. */
  readonly abort: () => void;
  /** Goes on under the same name, where `canResume`: after a lost answer, or with what an interrupted job did not send. */
  readonly resume: () => void;
  /**
   * Watches a job that was begun before, such as by the page before a reload: nothing unless the phase is `idle`, and
   * where the gateway does not know it, or it is another account's. Such a job cannot be gone on with by `resume`.
   */
  readonly follow: (jobId: string) => void;
  /** Makes `retryableIds` the runs of a change of its own, which is `counted` then. */
  readonly retryFailed: () => void;
  /** Forgets all of it, and watches no longer; a job goes on at the gateway. */
  readonly reset: () => void;
}

const IDLE: BulkChangeState = {
  phase: 'idle',
  selection: null,
  executionIds: [],
  matched: null,
  job: null,
  isAborting: false,
  isAnswerLost: false,
  isJobLost: false,
  canResume: false,
  retryableIds: [],
  problems: [],
  refusal: null,
};

/** Runs many runs again, or asks many to stop. */
export function createBulkChange(client: RunClient, kind: BulkKind): BulkChange {
  let left = new AbortController();
  let name = '';
  let unwatch = () => {};
  let isWatched = false;
  const store = createStore<BulkChangeState>(IDLE, () => {
    isWatched = true;
    watch();
    return () => {
      isWatched = false;
      unwatch();
    };
  });
  const begin = (state: Partial<BulkChangeState>) => {
    left.abort();
    unwatch();
    left = new AbortController();
    name = '';
    store.set({ ...IDLE, ...state });
    return left.signal;
  };

  const count = async (selection: BulkSelection) => {
    const { phase } = store.get();
    if (phase === 'starting' || phase === 'running') return;
    const frozen = structuredClone(selection);
    const signal = begin({ phase: 'counting', selection: frozen });
    const { payload, problems } = await ask(client, kind, { ...frozen, dryRun: true }, signal);
    if (signal.aborted) return;
    if (payload === null || payload.userErrors.length > 0) {
      store.set({ phase: 'failed', problems, refusal: payload?.userErrors[0]?.message ?? null });
    } else {
      const { executionIds, matched } = payload;
      store.set({ phase: 'counted', executionIds, matched, problems });
    }
  };

  const send = async (signal: AbortSignal) => {
    const input = { ids: store.get().executionIds, clientMutationId: name };
    store.set({ phase: 'starting', problems: [], isAnswerLost: false, canResume: false });
    // Not aborted with the rest: whoever looks away must not leave it half sent.
    const { payload, problems } = await ask(client, kind, input);
    if (signal.aborted) return;
    if (payload?.job != null) {
      store.set({ isJobLost: false, isAborting: false, ...howFar(payload.job) });
      watch();
      return;
    }
    const isAnswerLost = problems.some(({ isOutcomeUnknown }) => isOutcomeUnknown);
    store.set({
      phase: 'failed',
      problems,
      refusal: payload?.userErrors[0]?.message ?? null,
      isAnswerLost,
      canResume: payload === null,
    });
  };

  const farOf = (job: BulkJob): Partial<BulkChangeState> => {
    const far = howFar(job);
    // The name under which it was begun is not known of a job that is followed.
    return name === '' ? { ...far, canResume: false } : far;
  };

  const follow = async (id: string) => {
    const { signal } = left;
    if (store.get().phase !== 'idle') return;
    const { data } = await client.request(JobDocument, { id }, signal);
    const job = data?.bulkJob ?? null;
    if (signal.aborted || store.get().phase !== 'idle' || job?.kind !== kind) return;
    const executionIds = job.items.map(({ executionId }) => executionId);
    store.set({ selection: { ids: executionIds }, executionIds, matched: job.total, ...farOf(job) });
    watch();
  };

  const watch = () => {
    const { job, phase } = store.get();
    if (!isWatched || job === null || phase !== 'running') return;
    unwatch();
    unwatch = watchJob(client, job, {
      told: (next) => {
        store.set({ ...farOf(next), problems: [] });
      },
      trouble: (problems) => {
        store.set({ problems });
      },
      lost: (problem) => {
        const isJobLost = problem === null;
        store.set({
          phase: 'failed',
          isJobLost,
          canResume: !isJobLost && name !== '',
          problems: problem ? [problem] : [],
        });
      },
    });
  };

  const start = () => {
    if (store.get().phase !== 'counted' || store.get().executionIds.length === 0) return;
    name = newName();
    void send(left.signal);
  };

  const resume = () => {
    if (store.get().canResume) void send(left.signal);
  };

  const abort = async () => {
    const { job, phase, isAborting } = store.get();
    if (job === null || phase !== 'running' || isAborting) return;
    const { signal } = left;
    store.set({ isAborting: true });
    const { data, problems } = await client.request(AbortJobDocument, { id: job.id });
    if (signal.aborted) return;
    const next = data?.abortBulkJob ?? null;
    if (next === null) store.set({ isAborting: false, problems });
    else if (next.revision >= (store.get().job?.revision ?? 0)) store.set(farOf(next));
  };

  return {
    get: store.get,
    subscribe: store.subscribe,
    count: (selection) => void count(selection),
    start,
    abort: () => void abort(),
    resume,
    follow: (jobId) => void follow(jobId),
    retryFailed: () => {
      const { retryableIds: ids, phase } = store.get();
      if (phase !== 'ended' || ids.length === 0) return;
      begin({ phase: 'counted', selection: { ids }, executionIds: ids, matched: ids.length });
    },
    reset: () => {
      begin({});
    },
  };
}

async function ask(client: RunClient, kind: BulkKind, input: BulkInput, signal?: AbortSignal) {
  if (kind === 'RERUN') {
    const { data, problems } = await client.request(RerunRunsDocument, { input }, signal);
    return { payload: data?.rerunExecutions ?? (null as BulkFragment | null), problems };
  }
  const { data, problems } = await client.request(StopRunsDocument, { input }, signal);
  return { payload: data?.stopExecutions ?? (null as BulkFragment | null), problems };
}

function howFar(job: BulkJob): Partial<BulkChangeState> {
  if (job.state === 'RUNNING') return { phase: 'running', job, canResume: false };
  return {
    phase: 'ended',
    job,
    isAborting: false,
    canResume: job.state === 'INTERRUPTED' && job.items.some(({ outcome }) => outcome === 'NOT_DONE'),
    retryableIds: job.items
      .filter(({ outcome }) => outcome === 'FAILED' || outcome === 'NOT_DONE')
      .map(({ executionId }) => executionId),
  };
}

/** A name that nobody else gives. Also in pages without TLS, where there is no `randomUUID`. */
function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
    part.toString(16).padStart(8, '0'),
  ).join('');
}
