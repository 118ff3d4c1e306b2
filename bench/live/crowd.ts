import { startWorker, type Program } from '../processes.ts';
import type { Answers, Command, Report, Verdict, WatchedList } from './commands.ts';
import type { TrueRun } from './told.ts';

/** Viewers, in a process of their own. */
export interface Crowd extends Program {
  /** Lets more viewers come; resolves when each has been told the state, or was refused. */
  open(plan: Plan): Promise<void>;
  /** Forgets what was counted so far. */
  mark(): Promise<void>;
  report(): Promise<Report>;
  judge(runs: Readonly<Record<string, readonly TrueRun[]>>): Promise<Verdict>;
  /** Lets all viewers leave. */
  close(): Promise<void>;
}

/** Who watches what, and where. */
export interface Plan {
  /** Addresses of the gateways, `http://…`. */
  readonly urls: readonly string[];
  readonly lists: readonly WatchedList[];
  readonly count: number;
  /** Whether they remember all that they are told. */
  readonly keeps?: boolean;
}

/** Starts a process of viewers, none yet. */
export function startCrowd(): Crowd {
  const worker = startWorker('bench/live/viewers.ts');
  const tell = <Kind extends Command['kind']>(command: Command & { readonly kind: Kind }) =>
    worker.tell(command) as Promise<Answers[Kind]>;
  return {
    ...worker,
    open: async ({ urls, lists, count, keeps = false }) => {
      const sockets = urls.map((url) => `${url.replace('http', 'ws')}/graphql`);
      await tell({ kind: 'open', urls: sockets, lists, count, keeps });
    },
    mark: async () => {
      await tell({ kind: 'mark' });
    },
    report: () => tell({ kind: 'report' }),
    judge: (runs) => tell({ kind: 'judge', runs }),
    close: async () => {
      await tell({ kind: 'close' });
    },
  };
}

/** The lag below which a share of them lies, in milliseconds. */
export function lagAt({ lags }: Report, kinds: readonly (keyof Report['lags'])[], share: number): number {
  const counts = kinds.flatMap((kind) => lags[kind]).toSorted(([one], [other]) => one - other);
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  let below = 0;
  for (const [ms, count] of counts) {
    below += count;
    if (below >= share * all) return ms;
  }
  return NaN;
}

/** What troubled viewers, in one line. */
export function printTroubles({ troubles, refusals }: Report): string {
  const [ended, again] = [troubles, refusals].map((counts) =>
    Object.entries(counts)
      .map(([code, count]) => `${code} ${String(count)}`)
      .join(', '),
  );
  return [ended, again && `came again after ${again}`].filter(Boolean).join('; ') || 'none';
}

/** How many viewers were refused, or closed by the gateway, and how many errors they got. */
export function troublesOf({ troubles }: Report): number {
  return Object.values(troubles).reduce((sum, count) => sum + count, 0);
}
