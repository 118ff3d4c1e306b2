import { createWatchers, eventually } from './eventually.ts';
import type { Gateway } from './gateway.ts';

const PAGE = 'query ($page: PageInput) { executions(page: $page) { totalCount nodes { id } } }';

/** One row of executions: every number is a question of its own. */
export function ask(gateway: Gateway, number: number, headers?: Record<string, string>) {
  return gateway.query<{ executions: { nodes: { id: string }[] } }>(
    PAGE,
    { page: { number, size: 1 } },
    headers,
  );
}

/** Resolves once every gateway says so of its connection. */
export async function connectionsAre(gateways: readonly Gateway[], up: 0 | 1): Promise<void> {
  for (const { url } of gateways) {
    await eventually(`Redis to count as ${up === 1 ? 'there' : 'away'}`, async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return metrics.includes(`refold_gateway_redis_up ${String(up)}\n`);
    });
  }
}

/** The gateways ask, as fast as they are let, until told to stop; answers what went wrong. */
export function demand(gateways: readonly Gateway[]) {
  const problems: unknown[] = [];
  const watchers = createWatchers();
  let number = 0;
  let answered = 0;
  let over = false;
  const client = async (gateway: Gateway) => {
    while (!over) {
      number += 1;
      const { errors } = await ask(gateway, (number % 250) + 1);
      problems.push(...errors);
      answered += 1;
      watchers.notify();
    }
  };
  const done = Promise.all(gateways.flatMap((gateway) => Array.from({ length: 5 }, () => client(gateway))));
  return {
    /** Resolves after so many more answers. */
    answers: (count: number) => {
      const enough = answered + count;
      return watchers.until(`${String(count)} more answers`, () => answered >= enough);
    },
    end: async () => {
      over = true;
      await done;
      return problems;
    },
  };
}
