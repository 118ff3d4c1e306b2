import { afterEach, describe, expect, test } from '@jest/globals';
import { createMetrics } from '../support/budget.ts';
import { startStill, stopAll, type Answer, type Gateway, type Setup } from '../support/gateway.ts';
import { aliased } from '../support/hostile.ts';

afterEach(stopAll);

const HOUR = '3600000';
const LIST = '{ executions(page: { size: 3 }) { totalCount nodes { id status } } }';
/** More values than a light answer has. */
const HEAVY = `{ executions(page: { size: 100 }) { nodes { ${aliased(60, 'status')} } } }`;
/** The answer is made from upstream's, then from what is remembered of them, and given again from then on. */
const TIMES_UNTIL_REUSED = 3;

/** A gateway that remembers, and takes itself for so much under pressure. */
async function startRemembering(setup: Setup = {}) {
  const load = { isBusy: false, waitedMs: 0, memoryShare: 0 };
  const env = { CACHE_LIST_MS: HOUR, CACHE_RUNNING_MS: HOUR, CACHE_TERMINAL_MS: HOUR };
  const gateway = await startStill({ ...setup, env, loadProbe: () => load });
  const { metric } = createMetrics(gateway.url);
  return { ...gateway, metric, load, reused: () => metric('answers_reused_total') };
}

async function askUntilReused(gateway: Pick<Gateway, 'query'>, ...question: Parameters<Gateway['query']>) {
  let answer: Answer | undefined;
  for (let time = 0; time < TIMES_UNTIL_REUSED; time++) answer = await gateway.query(...question);
  return answer;
}

function codesOf({ status, errors }: Answer): unknown[] {
  return [status, errors.map(({ extensions: { code } }) => code)];
}

const OVERLOADED = [503, ['OVERLOADED']];

describe('what is remembered is refused like everything else', () => {
  test('while the event loop is busy', async () => {
    const gateway = await startRemembering();
    const { query, load, reused } = gateway;
    await askUntilReused(gateway, LIST);
    Object.assign(load, { isBusy: true, waitedMs: 11 });
    const refused = await query(LIST);
    expect(codesOf(refused)).toEqual(OVERLOADED);
    expect(refused.headers.get('retry-after')).toBe('1');
    Object.assign(load, { isBusy: false, waitedMs: 0 });
    expect(codesOf(await query(LIST))).toEqual([200, []]);
    expect(await reused()).toBe(2);
  });

  test('where others wait and it is heavy; what is light is given again meanwhile', async () => {
    const gateway = await startRemembering();
    const { query, metric, load, reused } = gateway;
    for (const text of [LIST, HEAVY]) await askUntilReused(gateway, text);
    expect(await reused()).toBe(2);
    load.waitedMs = 201;
    expect(codesOf(await query(HEAVY))).toEqual(OVERLOADED);
    expect(await metric('overloaded_total{reason="heavy"}')).toBe(1);
    expect(codesOf(await query(LIST))).toEqual([200, []]);
    expect(await reused()).toBe(3);
    load.waitedMs = 200;
    expect(codesOf(await query(HEAVY))).toEqual([200, []]);
    expect(await reused()).toBe(4);
  });

  test('where other variables make it cost too much', async () => {
    const gateway = await startRemembering();
    const { query, sandbox, reused } = gateway;
    const text = 'query ($size: Int) { executions(page: { size: $size }) { nodes { id nodes { id } } } }';
    const answer = await askUntilReused(gateway, text, { size: 2 });
    expect(await reused()).toBe(1);
    const asked = sandbox.requests().length;
    const refused = await query(text, { size: 30 });
    expect(codesOf(refused)).toEqual([400, ['COST_LIMIT_EXCEEDED']]);
    expect(refused.extensions.cost).toMatchObject({ requested: 31, actual: 0, limit: 25 });
    expect(codesOf(await query(text, { size: 30 }))).toEqual([400, ['COST_LIMIT_EXCEEDED']]);

    const again = await query(text, { size: 2 });
    expect([again.data, again.errors]).toEqual([answer?.data, []]);
    expect(again.extensions.cost).toMatchObject({ requested: 3, actual: 0, limit: 25 });
    expect([await reused(), sandbox.requests().length]).toEqual([2, asked]);
  });
});

test('an answer of which a row is left out, since it cannot be read, is told with its error each time', async () => {
  const gateway = await startRemembering();
  const { query, sandbox, metric, reused } = gateway;
  sandbox.addFault({ body: { docs: [{ _id: 'a', status: 'COMPLETED' }, null], totalDocs: 2 } });
  for (let time = 0; time <= TIMES_UNTIL_REUSED; time++) {
    const answer = await query(LIST);
    expect(codesOf(answer)).toEqual([200, ['UPSTREAM_BAD_RESPONSE']]);
    expect(answer.data).toMatchObject({ executions: { nodes: [{ id: 'a' }] } });
  }
  expect(sandbox.requests()).toHaveLength(1);
  expect([await reused(), await metric('answer_entries')]).toEqual([0, 0]);
});
