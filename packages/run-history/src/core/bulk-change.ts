import {
  AbortJobDocument,
  JobDocument,
  RerunRunsDocument,
  StopRunsDocument,
  type BulkFragment,
  type BulkInput,
} from '../documents/generated.ts';
import {
  howFar,
  IDLE,
  type BulkChange,
  type BulkChangeState,
  type BulkKind,
  type BulkSelection,
} from './bulk-change-state.ts';
import { watchJob } from './job-watch.ts';
import type { RunClient } from './run-client.ts';
import { createStore, type OwnStore } from './store.ts';

/** Runs many runs again, or asks many to stop. */
export function createBulkChange(client: RunClient, kind: BulkKind): BulkChange {
  let left = new AbortController();
  /** That the job was begun under; empty: it is not known. */
  let name = '';
  const isNamed = () => name !== '';
  const store = createStore<BulkChangeState>(IDLE, () => {
    follower.setWatched(true);
    return () => {
      follower.setWatched(false);
    };
  });
  const follower = createFollower(client, store, isNamed);
  const begin = (state: Partial<BulkChangeState>) => {
    left.abort();
    follower.stop();
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
      store.set({ isJobLost: false, isAborting: false, ...howFar(payload.job, isNamed()) });
      follower.follow();
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

  const follow = async (id: string) => {
    const { signal } = left;
    if (store.get().phase !== 'idle') return;
    const { data } = await client.request(JobDocument, { id }, signal);
    const job = data?.bulkJob ?? null;
    if (signal.aborted || store.get().phase !== 'idle' || job?.kind !== kind) return;
    const executionIds = job.items.map(({ executionId }) => executionId);
    const far = howFar(job, isNamed());
    store.set({ selection: { ids: executionIds }, executionIds, matched: job.total, ...far });
    follower.follow();
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
    else if (next.revision >= (store.get().job?.revision ?? 0)) store.set(howFar(next, isNamed()));
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

/** Builds what follows the job of a change, while somebody watches the change. */
function createFollower(
  client: RunClient,
  { get, set }: Pick<OwnStore<BulkChangeState>, 'get' | 'set'>,
  isNamed: () => boolean,
) {
  let isWatched = false;
  let stop = () => {};
  const follow = () => {
    const { job, phase } = get();
    if (!isWatched || job === null || phase !== 'running') return;
    stop();
    stop = watchJob(client, job, {
      told: (next) => {
        set({ ...howFar(next, isNamed()), problems: [] });
      },
      trouble: (problems) => {
        set({ problems });
      },
      lost: (problem) => {
        const isJobLost = problem === null;
        const canResume = !isJobLost && isNamed();
        set({ phase: 'failed', isJobLost, canResume, problems: problem ? [problem] : [] });
      },
    });
  };
  return {
    /** Follows the job that there is now; nothing where none is on its way. */
    follow,
    setWatched: (now: boolean) => {
      isWatched = now;
      if (now) follow();
      else stop();
    },
    stop: () => {
      stop();
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

/** A name that nobody else gives. Also in pages without TLS, where there is no `randomUUID`. */
function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) =>
    part.toString(16).padStart(8, '0'),
  ).join('');
}
