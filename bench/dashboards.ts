import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../sandbox/data/random.ts';
import { ask, type Answer, type Question } from './load.ts';

/** The first account that has no name of its own. */
export const FIRST_ACCOUNT = 3;
/** Every so many polls a dashboard looks at something else than the newest page. */
export const OTHER_EVERY = 10;
/** New accounts a second: their first polls find nothing remembered. */
const OPENED_PER_SECOND = 2;

/** What a run-history table shows. */
export const RUN_HISTORY = `query RunHistory($filter: ExecutionFilter, $page: PageInput) {
  executions(filter: $filter, page: $page) {
    totalCount
    nodes {
      id
      status
      createdAt
      durationMs
      workflow { id name icon description }
      application { id name icon slug }
    }
  }
}`;

/** What a dashboard of several panels shows: a page each. */
function panelsOf(count: number): string {
  const panels = Array.from({ length: count }, (_, index) => {
    const page = `page: { number: ${String(index + 1)}, size: 10 }`;
    return `panel${String(index)}: executions(${page}) { totalCount nodes { id status createdAt durationMs } }`;
  });
  return `query Panels { ${panels.join(' ')} }`;
}

/** What is looked at now and then: further pages, and filtered lists. */
const OTHERS: readonly Readonly<Record<string, unknown>>[] = [
  ...[2, 3, 4, 5].map((number) => ({ page: { number, size: 10 } })),
  ...['ERRORED', 'COMPLETED', 'RUNNING', 'STOPPED'].map((status) => ({
    filter: { status: [status] },
    page: { number: 1, size: 10 },
  })),
];
const NEWEST = { page: { number: 1, size: 10 } };

/** What a population is made from. */
export interface PopulationOptions {
  readonly url: string;
  readonly periodMs: number;
  readonly perAccount: number;
  readonly seed?: number;
  /** Upstream calls that each operation makes, one unless given; several are a dashboard of as many panels. */
  readonly calls?: number;
}

/** People who each keep a run-history table open. */
export interface Population {
  /** All answers since they were last taken. */
  take(): Answer[];
  /** Opens or closes dashboards until there are so many; resolves when the last one has been opened. */
  resize(size: number): Promise<void>;
  /** Closes all; resolves when the last answer is there. */
  stop(): Promise<void>;
}

/** Builds a population of no dashboards yet. */
export function createPopulation(options: PopulationOptions): Population {
  const { url, periodMs, perAccount, seed = 1, calls = 1 } = options;
  const random = createRandom(seed);
  const open: AbortController[] = [];
  const running = new Set<Promise<void>>();
  let answers: Answer[] = [];

  const questionOf = (account: number, poll: number): Question => {
    if (calls > 1) return { account, query: panelsOf(calls) };
    const isOther = poll % OTHER_EVERY === OTHER_EVERY - 1;
    const variables = isOther ? (OTHERS[Math.floor(random() * OTHERS.length)] ?? NEWEST) : NEWEST;
    return { account, query: RUN_HISTORY, variables };
  };

  /** Polls on a beat of its own. What is late for a beat waits for the next one. */
  const dashboard = async (account: number, isFirst: boolean, { signal }: AbortController) => {
    const firstAt = performance.now() + (isFirst ? 0 : random() * periodMs);
    let poll = Math.floor(random() * OTHER_EVERY);
    for (let at = firstAt; ; poll++) {
      await sleep(Math.max(0, at - performance.now()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      answers.push(await ask(url, questionOf(account, isFirst && at === firstAt ? 0 : poll)));
      while (at <= performance.now()) at += periodMs;
    }
  };

  const openOne = () => {
    const number = open.length;
    const cancel = new AbortController();
    open.push(cancel);
    const isFirst = number % perAccount === 0;
    const account = FIRST_ACCOUNT + Math.floor(number / perAccount);
    const done = dashboard(account, isFirst, cancel).finally(() => running.delete(done));
    running.add(done);
    return isFirst;
  };

  return {
    take: () => {
      const taken = answers;
      answers = [];
      return taken;
    },
    resize: async (size) => {
      while (open.length > size) open.pop()?.abort();
      while (open.length < size) if (openOne()) await sleep(1000 / OPENED_PER_SECOND);
    },
    stop: async () => {
      for (const cancel of open.splice(0)) cancel.abort();
      await Promise.all(running);
    },
  };
}
