import { afterEach, describe, expect, test } from '@jest/globals';
import { account, errorsOf } from '../support/budget.ts';
import { DEMO, OTHER, stopAll } from '../support/gateway.ts';
import { numbers } from '../support/numbers.ts';
import {
  ALWAYS,
  DETAIL,
  DOWN,
  FAST,
  detail,
  idOf,
  isServed,
  openForAll,
  startForOutage,
} from '../support/outage.ts';
import { RERUN_FOR_ID } from '../support/reruns.ts';

afterEach(stopAll);

describe('what fails for one is the affair of that one:', () => {
  test('an account', async () => {
    const gateway = await startForOutage();
    const { ask, metric, sandbox } = gateway;
    sandbox.addFault({ ...DOWN, ...ALWAYS, match: { account: 'demo@example.com' } });
    for (const page of numbers(1, 10)) await ask(page);
    for (const number of numbers(1, 10)) await detail(gateway, number);

    expect(errorsOf(await ask(11))).toEqual(FAST);
    expect((await ask(1, OTHER)).errors).toEqual([]);
    expect(isServed(await detail(gateway, 1, OTHER))).toBe(true);
    expect(await metric('breaker_open')).toBe(0);
  });

  test('an id that hangs', async () => {
    const gateway = await startForOutage({ env: { OPERATION_TIMEOUT_MS: '2050' } });
    const { ask, clock, sandbox } = gateway;
    for (const headers of [DEMO, OTHER, account(3), account(4)]) {
      for (let time = 0; time < 2; time++) {
        sandbox.addFault({ hang: 'before-headers', match: DETAIL });
        const asked = sandbox.requests().length;
        const asking = detail(gateway, 1, headers);
        await sandbox.until(() => sandbox.requests()[asked]?.status === 'hang');
        clock.advance(2000);
        expect(errorsOf(await asking)).toEqual([{ code: 'UPSTREAM_TIMEOUT' }]);
      }
    }
    for (const headers of [DEMO, OTHER, account(5)]) {
      expect(isServed(await detail(gateway, 2, headers))).toBe(true);
      expect((await ask(1, headers)).errors).toEqual([]);
    }
  });

  test('a route', async () => {
    const gateway = await startForOutage();
    const { ask, metric, sandbox, query } = gateway;
    const workflows = (number: number) => query('{ workflows { totalCount } }', {}, account(number));
    sandbox.addFault({ ...DOWN, ...ALWAYS, match: { route: '/workflow' } });
    for (const number of numbers(1, 6)) await workflows(number);

    // Nobody asks on it any more, and everybody on the others.
    const asked = sandbox.requests().length;
    expect(errorsOf(await workflows(7))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(asked);
    expect(await metric('breaker_open')).toBe(1);
    for (const number of numbers(1, 7)) {
      expect((await ask(1, account(number))).errors).toEqual([]);
      expect(isServed(await detail(gateway, 1, account(number)))).toBe(true);
    }
  });

  test('changes', async () => {
    const gateway = await startForOutage();
    const { ask, query, sandbox } = gateway;
    sandbox.addFault({ status: 503, ...ALWAYS, match: { method: 'POST' } });
    for (const number of numbers(1, 5)) await query(RERUN_FOR_ID, { id: idOf(number) });

    expect(errorsOf(await query(RERUN_FOR_ID, { id: idOf(6) }))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(5);
    expect((await ask(1)).errors).toEqual([]);
    expect(isServed(await detail(gateway, 1))).toBe(true);
    sandbox.clearFaults();
    expect(isServed(await query(RERUN_FOR_ID, { id: idOf(1) }, OTHER))).toBe(true);
  });

  test('reads, where changes are made', async () => {
    const gateway = await startForOutage();
    const { ask, query, sandbox } = gateway;
    await openForAll(gateway);
    expect(errorsOf(await ask(1))).toEqual(FAST);
    sandbox.clearFaults();
    expect(isServed(await query(RERUN_FOR_ID, { id: idOf(1) }))).toBe(true);
  });
});

describe('an outage', () => {
  test('of a route that three callers meet is one for all', async () => {
    const gateway = await startForOutage();
    const { ask, metric, sandbox } = gateway;
    await openForAll(gateway);
    const asked = sandbox.requests().length;

    for (const number of numbers(4, 10)) expect(errorsOf(await ask(1, account(number)))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(asked);
    expect(await metric('breaker_open')).toBe(1);
  });

  test('of several routes is one of all of them', async () => {
    const gateway = await startForOutage();
    const { query, sandbox } = gateway;
    await openForAll(gateway, 2);
    for (const number of numbers(3, 5)) await query('{ workflows { totalCount } }', {}, account(number));
    const asked = sandbox.requests().length;

    expect(errorsOf(await detail(gateway, 1, account(6)))).toEqual(FAST);
    expect(errorsOf(await query('{ applications { id } }', {}, account(7)))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(asked);
  });

  test('is one where there is one caller only, by ids too', async () => {
    const gateway = await startForOutage();
    const { ask, sandbox } = gateway;
    sandbox.addFault({ ...DOWN, ...ALWAYS });
    for (const number of numbers(1, 5)) {
      await ask(number);
      await detail(gateway, number);
    }
    const asked = sandbox.requests().length;
    expect(errorsOf(await ask(6))).toEqual(FAST);
    expect(errorsOf(await detail(gateway, 6))).toEqual(FAST);
    expect(sandbox.requests()).toHaveLength(asked);
  });
});
