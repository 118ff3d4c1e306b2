import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { eventually, inTime } from './eventually.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { DEMO, startGateway, type Answer, type Gateway, type Setup } from './gateway.ts';

/** Upstream's limit as it is documented. */
export const REAL_RATE = { UPSTREAM_RATE_PER_SECOND: '20', UPSTREAM_BURST: '5' };
/** How far apart requests are then: the gateway leaves one per cent of the rate alone. */
export const PACE_MS = 1000 / (20 * 0.99);
/** What goes at once then: the gateway leaves three of the burst alone. */
export const AT_ONCE = 2;

const PAGE = 'query ($page: PageInput) { executions(page: $page) { totalCount nodes { id } } }';

/** A client that may leave before it has its answer. */
export interface Visit {
  /** Rejects once the client has left. */
  readonly answer: Promise<unknown>;
  leave(): void;
}

/** Those who ask the gateway, and how many of them have their answer. */
function createClients({ query, endpoint }: Gateway) {
  const pending = new Set<Promise<Answer>>();
  let settledCount = 0;
  return {
    pending,
    settledCount: () => settledCount,

    /** Asks for one row of executions: every number is a question of its own. */
    ask: (number: number, headers: Record<string, string> = DEMO): Promise<Answer> => {
      const answer = query(PAGE, { page: { number, size: 1 } }, headers);
      pending.add(answer);
      const settled = () => {
        pending.delete(answer);
        settledCount += 1;
      };
      answer.then(settled, settled);
      return answer;
    },

    /** Asks the same as `ask` does. */
    visit: (number: number, headers: Record<string, string> = DEMO): Visit => {
      const client = new AbortController();
      const body = JSON.stringify({ query: PAGE, variables: { page: { number, size: 1 } } });
      const answer = postAlone(endpoint, body, headers, client.signal);
      answer.catch(() => undefined);
      return {
        answer,
        leave: () => {
          client.abort();
        },
      };
    },

    /** Resolves once that many of all who ever asked have an answer. */
    answered: async (count: number): Promise<void> => {
      while (settledCount < count) await inTime(`${String(count)} answers`, Promise.race(pending));
    },
  };
}

/** Posts over a connection of its own: fetch would open another one in the place of one that it gives up. */
export function postAlone(
  endpoint: string,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      agent: false,
      signal,
    };
    const sent = request(endpoint, options, (response) => {
      json(response).then(resolve, reject);
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** What a gateway measures. */
export function createMetrics(url: string) {
  /** A series of `/metrics`, such as `cache_reads_total{outcome="hit"}`; 0 while there is none. */
  const metric = async (series: string): Promise<number> => {
    const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n');
    const line = lines.find((one) => one.startsWith(`refold_gateway_${series} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  /** Resolves once a series has that value. */
  const metricIs = async (series: string, value: number): Promise<void> => {
    await eventually(`${series} to be ${String(value)}`, async () => (await metric(series)) === value);
  };

  /** Resolves once that many requests wait for their turn. */
  const queued = (count: number) => metricIs('queue_length', count);

  return { metric, metricIs, queued };
}

/** Lets time pass for the clients as it comes to their turns. */
function createTurns(
  clock: FakeClock,
  { pending, settledCount, answered }: ReturnType<typeof createClients>,
) {
  /** Lets time pass until the next timer, which must be that near; answers how far away it was. */
  const passNext = async (withinMs = PACE_MS): Promise<number> => {
    await clock.until(([soonest = Infinity]) => soonest <= withinMs + 1);
    const [waitMs = NaN] = clock.due();
    clock.advance(waitMs);
    return waitMs;
  };

  /** Lets the next one in the queue have its turn, and its answer; answers how far away the turn was. */
  const takeTurn = async (withinMs?: number): Promise<number> => {
    const count = settledCount() + 1;
    const waitMs = await passNext(withinMs);
    await answered(count);
    return waitMs;
  };

  const untilAnswered = async (withinMs: number, step: (withinMs: number) => Promise<unknown>) => {
    const isNear = ([soonest = Infinity]: readonly number[]) => soonest <= withinMs + 1;
    while (pending.size > 0) {
      await Promise.race([clock.until(isNear), ...pending]);
      if (pending.size > 0 && isNear(clock.due())) await step(withinMs);
    }
  };

  /** Turn after turn, until everybody has an answer. */
  const takeAllTurns = (withinMs = PACE_MS) => untilAnswered(withinMs, takeTurn);

  /** Lets every wait before a retry pass, until everybody has an answer. */
  const passRetryWaits = () => untilAnswered(200, passNext);

  return { passNext, takeTurn, takeAllTurns, passRetryWaits };
}

/** A gateway on a clock that the test moves. */
export async function startOnFakeClock(setup: Omit<Setup, 'clock'> = {}) {
  const clock = createFakeClock();
  const gateway = await startGateway({ ...setup, clock });
  const clients = createClients(gateway);
  const { ask, visit, answered } = clients;

  /** The pages that upstream was asked for, in the order in which it was asked. */
  const pagesAsked = (): number[] =>
    gateway.sandbox.requests().map(({ query }) => Number(new URLSearchParams(query).get('page')));

  return {
    ...gateway,
    ...createMetrics(gateway.url),
    ...createTurns(clock, clients),
    clock,
    ask,
    visit,
    answered,
    pagesAsked,
  };
}

/** The one error of an answer, by what it tells. */
export function errorsOf(answer: Answer): Answer['errors'][number]['extensions'][] {
  return answer.errors.map(({ extensions }) => extensions);
}

/** Headers of one of the sandbox's linked accounts, numbered from 1. */
export function account(number: number): Record<string, string> {
  const names = ['demo', 'other'];
  return {
    'x-api-key': 'tk_demo',
    linked_account_id: `${names[number - 1] ?? `account-${String(number)}`}@example.com`,
  };
}
