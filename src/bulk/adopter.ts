import type { Clock } from '../clock.ts';
import type { DataSet } from '../redis/data-set.ts';
import type { AdoptionList } from './adoption-list.ts';
import type { HeldKey } from './held-key.ts';
import type { JobStarter } from './job-starter.ts';
import type { Jobs } from './jobs.ts';
import { isFinal, type JobRecord } from './record.ts';
import { LEASE_MS, type JobStore } from './store.ts';

/** What looks for jobs that nobody runs any more, and goes on with them without being asked. */
export interface Adopter {
  start(): void;
  stop(): void;
}

/** What an adopter needs. */
export interface AdopterParts {
  readonly clock: Clock;
  readonly key: HeldKey;
  readonly list: AdoptionList;
  readonly store: JobStore;
  readonly dataSet: DataSet;
  readonly jobs: Jobs;
  readonly starter: JobStarter;
}

/** How often to look, on average. Each pause is drawn anew, so that replicas neither look at once nor in turn. */
const LOOK_MS = 2000;
/** How many jobs to look at in one go, and how many of them to take: other replicas are to have their part. */
const LOOK_AT = 100;
const TAKE = 5;

/** Builds one that does not look yet. */
export function createAdopter(parts: AdopterParts): Adopter {
  const { clock, list, dataSet } = parts;
  let isOver = false;
  let cancel: (() => void) | undefined;

  const look = async () => {
    // What Redis may just have lost could be somebody's who runs it, and has not been able to say so.
    if ((await dataSet.unsettledMs()) !== 0) return;
    let taken = 0;
    for (const key of (await list.due(LOOK_AT)) ?? []) {
      if (isOver || taken === TAKE) return;
      if (await adopt(parts, key)) taken += 1;
    }
  };
  const next = () => {
    if (isOver) return;
    cancel = clock.after(LOOK_MS * (0.5 + Math.random()), () => void look().then(next));
  };
  return {
    start: next,
    stop: () => {
      isOver = true;
      cancel?.();
    },
  };
}

/** Goes on with a job, if it may and nobody else does. */
async function adopt(
  { key, list, store, jobs, starter }: AdopterParts,
  { owner, id }: Pick<JobRecord, 'owner' | 'id'>,
): Promise<boolean> {
  const record = jobs.get(owner, id)?.record.state === 'RUNNING' ? null : await store.read(owner, id);
  const credential = record === null ? null : key.credentialOf(record);
  if (record?.state === 'INTERRUPTED' && credential?.identity === owner) {
    // There may be no room here just now.
    const adopted = await starter.resume(record, credential, null).catch(() => null);
    if (adopted !== null) return true;
  }
  const isOver = record !== null && (credential === null || isFinal(record));
  if (isOver || (await store.isGone(owner, id))) await list.remove({ owner, id });
  else await list.postpone({ owner, id }, LEASE_MS);
  return false;
}
