import { afterEach, expect, jest, test } from '@jest/globals';
import * as flights from '../../src/answers/flights.ts';
import { numbers } from '../support/numbers.ts';

/** A mistake: keys that do not tell identities apart. */
const withoutIdentity = (key: string) => key.replace(/^\S+ \S+ \S+ /, '');

jest.unstable_mockModule('../../src/answers/flights.ts', () => ({
  ...flights,
  createFlights: () => {
    const { board, depart } = flights.createFlights();
    return {
      board: (key: string) => board(withoutIdentity(key)),
      depart: (key: string) => depart(withoutIdentity(key)),
    };
  },
}));
const { startGateway, stopAll } = await import('../support/gateway.ts');
const { account, createMetrics } = await import('../support/budget.ts');
const { startNaming } = await import('../support/naming-upstream.ts');

afterEach(stopAll);

test('who waits for the answer to another identity is not given it', async () => {
  const gate = Promise.withResolvers<null>();
  const { url, query } = await startGateway({ upstreamUrl: await startNaming(gate.promise) });
  const { metric, metricIs } = createMetrics(url);
  const ask = (number: number) => query('{ executions { nodes { id } } }', {}, account(number));
  const first = ask(1);
  await metricIs('cache_reads_total{outcome="miss"}', 1);
  const asked = numbers(1, 8).flatMap((number) => [number, number]);
  const others = asked.map(ask);
  await metricIs('cache_reads_total{outcome="miss"}', 1 + asked.length);
  gate.resolve(null);
  const ids = (await Promise.all([first, ...others])).map(
    ({ data }) => (data as { executions: { nodes: { id: string }[] } }).executions.nodes[0]?.id,
  );
  expect(ids).toEqual([1, ...asked].map((number) => account(number)['linked_account_id']));
  // The first account's own two have been.
  expect(await metric('answers_shared_total')).toBe(2);
});
