import { afterEach, describe, expect, test } from '@jest/globals';
import { createFakeClock, START_MS } from '../support/fake-clock.ts';
import { DEMO, OTHER, startGateway, stopAll, type Setup } from '../support/gateway.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(stopAll);

const ONE = 'query ($id: ID!) { execution(id: $id) { id status } }';
const UNKNOWN = '000000000000000000000000';

/** A gateway whose upstream leaves unknown ids without an answer, on a clock that the test moves. */
async function startHanging(options: Setup['sandbox'] = {}) {
  const clock = createFakeClock();
  const gateway = await startGateway({ sandbox: { unknownId: 'hang', ...options }, clock });
  const { sandbox } = gateway;

  /** Asks, and lets the time pass that one attempt may take, once the detail hangs. */
  const ask = async (id: string, headers = DEMO) => {
    const asked = sandbox.requests().length;
    const answering = gateway.query<{ execution: unknown }>(ONE, { id }, headers);
    await sandbox.until(() => sandbox.requests()[asked]?.status === 'hang');
    clock.advance(2000);
    return answering;
  };
  return { ...gateway, clock, ask };
}

/** What upstream was asked, by its routes. */
function asked({ sandbox }: Awaited<ReturnType<typeof startHanging>>): string[] {
  return sandbox.requests().map(({ path, query }) => path.replace(/^.*public/, '') + (query && `?${query}`));
}

describe('a detail without any answer', () => {
  test.each(['d2', 'both'] as const)('of an unknown id is null, generation %s', async (generation) => {
    const gateway = await startHanging({ generation });
    const { data, errors, extensions } = await gateway.ask(UNKNOWN);
    expect([data, errors]).toEqual([{ execution: null }, []]);
    expect(asked(gateway)).toEqual([
      `/execution/${UNKNOWN}`,
      `/execution?page=1&limit=1&execution_id=${UNKNOWN}`,
    ]);
    expect(extensions.upstream.calls).toBe(2);
  });

  test('of another account’s is the same answer, for the same calls', async () => {
    const gateway = await startHanging();
    const foreign = await gateway.ask(FAILED, OTHER);
    const unknown = await gateway.ask(UNKNOWN, OTHER);
    expect([foreign.data, foreign.errors]).toEqual([unknown.data, unknown.errors]);
    expect(foreign.extensions.upstream.calls).toBe(unknown.extensions.upstream.calls);
    expect(foreign.data).toEqual({ execution: null });
  });

  test('is a time-out where upstream’s list cannot be asked for one id', async () => {
    const gateway = await startHanging({ generation: 'd1' });
    const { data, errors } = await gateway.ask(UNKNOWN);
    expect(data).toEqual({ execution: null });
    expect(errors).toMatchObject([{ path: ['execution'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });

  test('is a time-out where the list fails', async () => {
    const gateway = await startHanging();
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, status: 403 });
    const { errors } = await gateway.ask(UNKNOWN);
    expect(errors).toMatchObject([{ path: ['execution'], extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  });

  test('of a run that is there is asked for once more', async () => {
    const gateway = await startHanging({ clock: { now: () => START_MS } });
    const route = 'GET /execution/{execution_id}';
    gateway.sandbox.addFault({ match: { route }, hang: 'before-headers' });
    const { data, errors } = await gateway.ask(FAILED);
    expect([data, errors]).toEqual([{ execution: { id: FAILED, status: 'ERRORED' } }, []]);
    expect(asked(gateway)).toEqual([
      `/execution/${FAILED}`,
      `/execution?page=1&limit=1&execution_id=${FAILED}`,
      `/execution/${FAILED}`,
    ]);
  });

  test('leaves its neighbours be', async () => {
    const { query, sandbox, clock } = await startHanging();
    const unknown = query(ONE, { id: UNKNOWN });
    await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
    const neighbour = await query('{ executions(page: { size: 1 }) { nodes { id } } }', {}, OTHER);
    expect(neighbour.errors).toEqual([]);
    clock.advance(2000);
    expect((await unknown).data).toEqual({ execution: null });
  });
});
