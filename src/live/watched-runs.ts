import type { Credential } from '../domain/credential.ts';
import { GatewayError, isUnknownOrForeign } from '../domain/errors.ts';
import type { Hint } from '../domain/hint.ts';
import { canonicalId, pathId } from '../domain/id.ts';
import { createFirstReader, type RunCaller } from './first-reading.ts';
import { createLatest, type Latest } from './latest.ts';
import { createRunGroup, type RunGroup, type RunGroupOptions } from './run-group.ts';
import type { RunEvent, WatchedRun } from './watched-run.ts';

/** All runs that are watched by their ids. */
export interface WatchedRuns {
  /**
   * A run: as it is now, and whenever that has changed, until it has ended. Null where upstream does not know it, or not
   * for this caller.
   * @param wantsDetail whether steps and progress matter, too
   * @throws BAD_USER_INPUT for what can be no id. The stream fails with OVERLOADED where too many runs are watched
   */
  watch(caller: RunCaller, id: string, wantsDetail: boolean): Latest<RunEvent>;
  /** Reads what may have changed. */
  wake(hint: Hint): void;
  /** Nothing is passed on to this replica any more; see `Heard`. */
  forgetRelayed(): void;
  /** Ends it for all who watch. */
  stop(): void;
}

/** How many runs may be watched, by all together and by one caller. */
export interface RunLimits {
  readonly maxRuns: number;
  readonly maxRunsPerCaller: number;
}

/** What it is built from. */
export interface WatchedRunsOptions
  extends
    RunLimits,
    Pick<RunGroupOptions, 'send' | 'capabilities' | 'pageLimits' | 'tracing' | 'clock' | 'metrics' | 'pace'> {
  /** Called when upstream has told news. */
  readonly onSeen: (hint: Hint) => void;
}

/** The name of what is read here, in hints. */
const READING = 'runs';
/** When it is worth trying again where too many runs are watched. */
const RETRY_AFTER_MS = 5000;

/**
 * Builds the registry of watched runs. They are kept by caller and id, and by nothing else that a client can choose: all
 * who watch the same run are served by the same readings.
 */
export function createWatchedRuns(options: WatchedRunsOptions): WatchedRuns {
  const { clock, metrics, pace, maxRuns, maxRunsPerCaller, onSeen } = options;
  const groups = new Map<string, RunGroup>();
  let size = 0;
  const first = createFirstReader(options);
  metrics.watch('live_runs', () => size);

  const refuseBeyond = (group: RunGroup | undefined) => {
    const isTooMany = size >= maxRuns || (group?.size ?? 0) >= maxRunsPerCaller;
    if (!isTooMany) return;
    throw new GatewayError('OVERLOADED', 'Too many executions are watched', { retryAfterMs: RETRY_AFTER_MS });
  };

  const groupOf = (credential: Credential): RunGroup => {
    const { identity } = credential;
    const known = groups.get(identity);
    if (known !== undefined) return known;
    const group = createRunGroup({
      ...options,
      credential,
      onNews: (runs) => {
        const seen = { identity, isAnswered: true, reading: READING };
        if (runs === null) onSeen(seen);
        else for (const { id: runId } of runs) onSeen({ ...seen, runId });
      },
      onEmpty: () => {
        groups.delete(identity);
      },
      onSize: (change) => {
        size += change;
      },
    });
    groups.set(identity, group);
    return group;
  };

  /** Whether a run was read so lately that nobody is asked for what a viewer is to be told first. */
  const isRecent = (run: WatchedRun, wantsDetail: boolean) =>
    clock.now() - (wantsDetail ? run.detailAt : run.readAt) < pace.fastMs;

  const watch = (caller: RunCaller, givenId: string, wantsDetail: boolean) => {
    const { credential } = caller;
    const id = canonicalId(pathId('id', givenId));
    let leave: (() => void) | null = null;
    const events = createLatest<RunEvent>(() => leave?.());
    const viewer = { wantsDetail, events };
    const enter = (group: RunGroup, run: WatchedRun) => {
      run.add(viewer);
      leave = () => {
        run.leave(viewer);
        group.settle(run);
      };
      group.settle(run);
    };
    const open = async () => {
      const ready = groups.get(credential.identity);
      const known = ready?.find(id);
      if (ready !== undefined && known !== undefined && isRecent(known, wantsDetail)) {
        enter(ready, known);
        return;
      }
      if (known === undefined) refuseBeyond(ready);
      // A run of which somebody wants all is told to everybody by its detail.
      const found = await (wantsDetail || known?.wantsDetail === true
        ? first.detail(caller, id)
        : first.row(caller, id));
      if (events.isOver) return;
      if (groups.get(credential.identity)?.find(id) === undefined)
        refuseBeyond(groups.get(credential.identity));
      const group = groupOf(credential);
      const run = group.at(id);
      if ('row' in found) run.takeRow(found.row, found.at);
      else run.takeDetail(found.detail, found.at);
      enter(group, run);
    };
    open().catch((error: unknown) => {
      if (!isUnknownOrForeign(error)) {
        events.fail(error);
        return;
      }
      events.put(null);
      events.end();
    });
    return events;
  };

  return {
    watch,
    wake: (hint) => {
      const reached = hint.identity === undefined ? [...groups.values()] : [groups.get(hint.identity)];
      for (const group of reached) if (group !== undefined) wakeGroup(group, hint);
    },
    forgetRelayed: () => {
      for (const group of groups.values()) group.forgetRelayed();
    },
    stop: () => {
      for (const group of [...groups.values()]) group.stop();
    },
  };
}

function wakeGroup(
  group: RunGroup,
  { accountTag, runId, identity, isAnswered, isRelayed = false, agoMs = 0, reading }: Hint,
): void {
  const run = runId === undefined ? undefined : group.find(canonicalId(runId));
  if (isAnswered === true) {
    if (reading === READING && (run !== undefined || runId === undefined)) group.takeAnswers(run ?? null);
    return;
  }
  const isOfAccount = accountTag !== undefined && group.account() === accountTag;
  // Whoever tells of accounts is upstream itself.
  if (accountTag !== undefined && (run !== undefined || isOfAccount)) group.told(isRelayed);
  if (run !== undefined) group.runChanged(run, agoMs);
  else if (runId === undefined && (identity !== undefined || isOfAccount)) group.allChanged(agoMs);
}
