import { afterEach, describe, expect, test } from '@jest/globals';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, stopAll, type Answer } from '../support/gateway.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

/** Long enough for every answer to be fresh until a test ends. */
const REMEMBERING = {
  ...WEBHOOKS_ON,
  CACHE_LIST_MS: '600000',
  CACHE_RUNNING_MS: '600000',
  CACHE_APPLICATION_MS: '600000',
  CACHE_NOT_FOUND_MS: '600000',
};
const LIST = '{ executions { nodes { id status } } }';
const ONE = 'query ($id: ID!) { execution(id: $id) { id status } }';
const RUN = failedRun(1, null, { status: 'RUNNING' });
const OTHER_RUN = failedRun(2, null, { status: 'RUNNING' });
const ENDED = { ...RUN, status: 'COMPLETED' };
const EVENT = runEvent({ instance_id: RUN.id });

function startRemembering(more: Readonly<Record<string, unknown>> = {}) {
  return startOver([{ ...RUN, more }, OTHER_RUN], { env: REMEMBERING });
}

/** The states of a list, the newest run's first. */
function statesIn({ data }: Answer): string[] {
  return (data as { executions: { nodes: { status: string }[] } }).executions.nodes.map(
    ({ status }) => status,
  );
}

describe('a webhook of a run', () => {
  test('lets the next list of its account show what is now, and asks for nothing itself', async () => {
    const { url, query, runs, take } = await startRemembering();
    await query(LIST);
    runs.splice(0, 1, ENDED);
    expect(statesIn(await query(LIST))).toEqual(['RUNNING', 'RUNNING']);
    take();

    await postWebhook(url, EVENT);

    expect(take()).toEqual([]);
    expect(statesIn(await query(LIST))).toEqual(['COMPLETED', 'RUNNING']);
    expect(statesIn(await query(LIST))).toEqual(['COMPLETED', 'RUNNING']);
    expect(take()).toEqual(['/execution']);
  });

  test('is believed in nothing that it says', async () => {
    const { url, query } = await startRemembering();
    await query(LIST);

    await postWebhook(url, runEvent({ instance_id: RUN.id, event: 'Workflow Errored', status: 'ERRORED' }));

    expect(statesIn(await query(LIST))).toEqual(['RUNNING', 'RUNNING']);
  });

  test('leaves the lists of other accounts as they are', async () => {
    const { url, query, take } = await startRemembering();
    await query(LIST, {}, OTHER);
    take();

    await postWebhook(url, EVENT);
    await query(LIST, {}, OTHER);

    expect(take()).toEqual([]);
  });

  test('lets its detail be read anew, and no other one', async () => {
    const { url, query, runs, take } = await startRemembering();
    await query(ONE, { id: RUN.id });
    await query(ONE, { id: OTHER_RUN.id });
    runs.splice(0, 1, ENDED);
    take();

    await postWebhook(url, EVENT);

    expect(await query(ONE, { id: RUN.id })).toMatchObject({ data: { execution: { status: 'COMPLETED' } } });
    await query(ONE, { id: OTHER_RUN.id });
    expect(take()).toEqual([`/execution/${RUN.id}`]);
  });

  test('reaches a run that was not there when it was asked for', async () => {
    const { url, query, runs } = await startRemembering();
    const late = failedRun(0, null, { id: 'a'.repeat(24) });
    expect(await query(ONE, { id: late.id })).toMatchObject({ data: { execution: null } });
    runs.unshift(late);

    await postWebhook(url, runEvent({ instance_id: late.id.toUpperCase() }));

    expect(await query(ONE, { id: late.id })).toMatchObject({ data: { execution: { id: late.id } } });
  });

  test('reaches the lists of a session token once a row has told whose it is', async () => {
    const { url, query, take } = await startRemembering({ linked_account_id: 'demo@example.com' });
    await query(LIST, {}, DEMO_SESSION);
    take();

    await postWebhook(url, EVENT);
    await query(LIST, {}, DEMO_SESSION);
    await postWebhook(url, runEvent({ linked_account_id: 'other@example.com' }));
    await query(LIST, {}, DEMO_SESSION);

    expect(take()).toEqual(['/execution']);
  });

  test('that comes again changes nothing', async () => {
    const { url, query, take } = await startRemembering();
    await postWebhook(url, EVENT);
    await query(LIST);
    take();

    await postWebhook(url, EVENT);
    await query(LIST);

    expect(take()).toEqual([]);
  });

  test('that does not name its run counts each time, since it may be of another one', async () => {
    const { url, query, take } = await startRemembering();
    const unnamed = runEvent({ instance_id: undefined });
    await postWebhook(url, unnamed);
    await query(LIST);
    take();

    expect(await postWebhook(url, unnamed)).toMatchObject({ body: { outcome: 'accepted' } });
    await query(LIST);

    expect(take()).toEqual(['/execution']);
  });

  describe('that comes while somebody asks', () => {
    const COUNT = '{ executions { totalCount } }';

    async function startAsking() {
      const gate = await startGate();
      const gateway = await startGateway({ upstreamUrl: gate.url, env: REMEMBERING });
      const before = gateway.query(COUNT);
      await gate.until(() => gate.held.length === 1);
      await postWebhook(gateway.url, EVENT);
      return { ...gateway, gate, before };
    }

    test('lets nobody else wait for that answer', async () => {
      const { query, gate, before } = await startAsking();
      const after = query(COUNT);
      await gate.until(() => gate.held.length === 2);
      for (const held of gate.held) held.answer();

      expect((await before).data).toEqual({ executions: { totalCount: 1 } });
      expect((await after).data).toEqual({ executions: { totalCount: 2 } });
    });

    test('makes nothing of that answer be shown to who asks later', async () => {
      const { query, gate, before } = await startAsking();
      gate.held[0]?.answer();
      await before;
      const after = query(COUNT);
      await gate.until(() => gate.held.length === 2);
      gate.held[1]?.answer();

      expect((await after).data).toEqual({ executions: { totalCount: 2 } });
    });
  });

  test('takes nothing from those who ask while upstream is down', async () => {
    const { url, query, sandbox } = await startGateway({ env: REMEMBERING });
    await query('{ executions { totalCount } }');
    sandbox.addFault({ status: 503, times: 100, retryAfter: 30 });

    await postWebhook(url, runEvent());

    const { errors, extensions } = await query('{ executions { totalCount } }');
    expect(errors).toEqual([]);
    expect(extensions.upstream.asOf).not.toBeNull();
  });
});

describe('a webhook of a connection', () => {
  const APPLICATIONS = '{ applications { slug connected } }';
  const EVENT_OF = (linkedAccountId: string) =>
    JSON.stringify({
      linked_account_id: linkedAccountId,
      org_id: '1',
      environment: 'test',
      event: 'Connection Expired',
      slug: 'slack',
      createdAt: '2024-05-01T12:00:00.000Z',
    });

  test('lets the applications of its account be read anew, and nothing else', async () => {
    const { url, query, sandbox } = await startGateway({ env: REMEMBERING });
    const ask = async () => {
      for (const headers of [DEMO, OTHER]) {
        await query(APPLICATIONS, {}, headers);
        await query('{ application(slug: "slack") { connected } }', {}, headers);
        await query(LIST, {}, headers);
      }
    };
    await ask();
    const asked = sandbox.requests().length;

    await postWebhook(url, EVENT_OF('demo@example.com'));
    await ask();

    const paths = sandbox
      .requests()
      .slice(asked)
      .map(({ path, headers }) => [path.replace('/api/v2/public', ''), headers['linked_account_id']]);
    expect(paths).toEqual([
      ['/application', 'demo@example.com'],
      ['/application/slack', 'demo@example.com'],
    ]);
  });
});
