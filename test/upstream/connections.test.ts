import { afterEach, expect, test } from '@jest/globals';
import { errorsOf, startOnFakeClock } from '../support/budget.ts';
import { startGate } from '../support/gate.ts';
import { stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';

afterEach(stopAll);

/** How many connections upstream is given at once. */
const CONNECTIONS = 128;

test('an attempt has its time from when it has a connection, also while the gateway stops', async () => {
  const gate = await startGate();
  const { app, ask, clock, metricIs } = await startOnFakeClock({
    upstreamUrl: gate.url,
  });
  const asking = numbers(1, 200).map((number) => ask(number));
  await metricIs('cache_reads_total{outcome="miss"}', asking.length);
  await gate.until(() => gate.held.length === CONNECTIONS);
  const stopping = app.stop();
  clock.advance(1900);
  for (const one of [...gate.held]) one.answer();
  await gate.until(() => gate.held.length === asking.length);
  clock.advance(1900);
  for (const one of gate.held.slice(CONNECTIONS)) one.answer();

  const answers = await Promise.all(asking);
  expect(answers.flatMap(errorsOf)).toEqual([]);
  expect(answers.every(({ extensions }) => extensions.upstream.calls === 1)).toBe(true);
  await stopping;
});
