import { describe, expect, test } from '@jest/globals';

import { FAILURES } from '../../sandbox/data/failures.ts';
import { ask, control, list, sandboxWith, type Row } from '../support/sandbox.ts';
import { createSandboxClock } from '../support/fake-clock.ts';
import type { Sandbox } from '../../sandbox/server.ts';

const ACCOUNT = 'demo@example.com';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Detail = Row & {
  readonly nodes: readonly { readonly node_status: string; readonly latest_output: unknown }[];
};

async function detailOf(sandbox: Sandbox, id: string): Promise<Detail> {
  return (await ask<Detail>(sandbox, `/execution/${id}`)).body;
}

/** The status of a run, and what its last step gave out. */
async function endOf(sandbox: Sandbox, id: string): Promise<readonly [unknown, string]> {
  const { status, nodes } = (await detailOf(sandbox, id)) as Detail & { status: string };
  return [status, JSON.stringify(nodes.at(-1)?.latest_output)];
}

async function rerun(sandbox: Sandbox, id: string): Promise<string> {
  const reply = await ask<{ id: string }>(sandbox, `/execution/${id}/rerun`, { method: 'POST' });
  return reply.body.id;
}

async function start(sandbox: Sandbox, what: object): Promise<string> {
  const { body } = await control<{ ids: string[] }>(sandbox, 'POST', '/executions', {
    account: ACCOUNT,
    durationMs: 1000,
    ...what,
  });
  return body.ids[0] ?? '';
}

describe('a run that is told why it fails', () => {
  test.each(Object.entries(FAILURES))(
    '%s: says so, and does so again unless it passes',
    async (failure, kind) => {
      const clock = createSandboxClock();
      const sandbox = await sandboxWith({ clock });
      const id = await start(sandbox, { failure });
      expect((await endOf(sandbox, id))[0]).toBe('RUNNING');
      clock.advance(1000);

      const [said = ''] = (kind.message ?? 'null').split('#');
      const told = [
        expect.stringMatching('ERRORED'),
        expect.stringContaining(JSON.stringify(said).slice(1, -1)),
      ];
      // Within an answer that is text in JSON, quotes are escaped once more.
      const [status, output] = await endOf(sandbox, id);
      expect([status, output.replaceAll('\\\\', '')]).toEqual(told);
      const again = await rerun(sandbox, id);
      clock.advance(60_000);
      expect((await endOf(sandbox, again))[0]).toBe(kind.passes ? 'COMPLETED' : 'ERRORED');
    },
  );

  test('numbers in it differ from run to run', async () => {
    const clock = createSandboxClock();
    const sandbox = await sandboxWith({ clock });
    const ids = await Promise.all([1, 2, 3].map(() => start(sandbox, { failure: 'no_such_record' })));
    clock.advance(1000);
    const said = await Promise.all(ids.map(async (id) => (await endOf(sandbox, id))[1]));
    expect(new Set(said.map((text) => /Record \d+ does not exist/.exec(text)?.[0])).size).toBe(3);
  });
});

describe('runs can be wanted', () => {
  test('of a workflow by its name, with all of its steps', async () => {
    const sandbox = await sandboxWith();
    const id = await start(sandbox, { workflowName: 'Internal audit trail', durationMs: HOUR_MS });
    expect((await detailOf(sandbox, id)).nodes).toHaveLength(45);
  });

  test('of an application, its workflows in turn', async () => {
    const sandbox = await sandboxWith();
    sandbox.addExecutions({ account: ACCOUNT, count: 3, slug: 'stripe' });
    const { docs } = await list(sandbox, 'limit=3');
    expect(docs.map((row) => row['name'])).toEqual([
      'Notify failed charge',
      'Sync invoices',
      'Record payment',
    ]);
  });

  test.each([
    [{ workflowName: 'Nothing' }, /^workflowName: /],
    [{ slug: 'nothing' }, /^slug: /],
    [{ failure: 'nothing' }, /^failure: must be one of channel_not_found, /],
  ])('not with %j', async (what, message) => {
    const sandbox = await sandboxWith();
    const reply = await control<{ message: string }>(sandbox, 'POST', '/executions', {
      account: ACCOUNT,
      ...what,
    });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toMatch(message);
  });
});

describe('a connection that is over', () => {
  const connect = (sandbox: Sandbox, event: string) =>
    control(sandbox, 'POST', '/connections', { account: ACCOUNT, slug: 'hubspot', event });

  test.each(['Expired', 'Deleted'])(
    '%s: fails the runs that need it, until it is made anew',
    async (event) => {
      const clock = createSandboxClock();
      const sandbox = await sandboxWith({ clock });
      await connect(sandbox, event);
      const broken = await start(sandbox, { slug: 'hubspot' });
      const elsewhere = await start(sandbox, { slug: 'stripe', endStatus: 'COMPLETED' });
      clock.advance(1000);
      expect(await endOf(sandbox, broken)).toEqual(['ERRORED', expect.stringContaining('invalid_grant')]);
      expect((await endOf(sandbox, elsewhere))[0]).toBe('COMPLETED');

      const still = await rerun(sandbox, broken);
      await connect(sandbox, 'Created');
      const mended = await rerun(sandbox, broken);
      clock.advance(60_000);
      expect(await endOf(sandbox, still)).toEqual(['ERRORED', expect.stringContaining('invalid_grant')]);
      expect((await endOf(sandbox, mended))[0]).toBe('COMPLETED');
    },
  );

  test('is told of by a control route', async () => {
    const sandbox = await sandboxWith();
    const hubspot = async () => {
      const { body } = await control<readonly { slug: string }[]>(
        sandbox,
        'GET',
        `/connections?account=${ACCOUNT}`,
      );
      return body.find(({ slug }) => slug === 'hubspot');
    };
    await connect(sandbox, 'Expired');
    expect(await hubspot()).toEqual({
      slug: 'hubspot',
      name: 'HubSpot',
      connected: true,
      reauthRequired: true,
    });
    await connect(sandbox, 'Created');
    expect(await hubspot()).toMatchObject({ connected: true, reauthRequired: false });
    const unknown = await control<{ message: string }>(sandbox, 'GET', '/connections');
    expect(unknown).toMatchObject({ status: 400, body: { message: 'account: there is no account ' } });
  });
});

describe('--lively', () => {
  test('has icons that nobody is asked for, but for the document’s own', async () => {
    const sandbox = await sandboxWith({ lively: true });
    const icons = (await ask<readonly { slug: string; icon: string }[]>(sandbox, '/application')).body.filter(
      ({ icon }) => !icon.startsWith('data:image/svg+xml,%3Csvg '),
    );
    expect(icons.map(({ slug }) => slug)).toEqual(['slack']);
    const { docs } = await ask<{ docs: readonly { icon: string }[] }>(sandbox, '/workflow?limit=100').then(
      ({ body }) => body,
    );
    expect(docs.filter(({ icon }) => icon !== '' && !icon.startsWith('data:'))).toEqual([]);
  });

  test('lets runs fail for many reasons', async () => {
    const sandbox = await sandboxWith({ lively: true, executions: 1000 });
    const { docs } = await list(sandbox, 'status=ERRORED&limit=100');
    const ends = await Promise.all(docs.map((row) => endOf(sandbox, row._id)));
    const reasons = Object.values(FAILURES).map(({ message }) => message?.split('#')[0] ?? 'null');
    const told = reasons.filter((reason) =>
      ends.some(([, output]) => output.includes(reason.split('"')[0] ?? '')),
    );
    expect(told.length).toBeGreaterThan(6);
  });

  test('lets them fail in numbers now and then, and come by day more than by night', async () => {
    const clock = createSandboxClock();
    const sandbox = await sandboxWith({ clock, lively: true, executions: 6000, generation: 'd2' });
    const nowMs = clock.now();
    const rows = (await list(sandbox, 'limit=10000')).docs.map((row) => ({
      agoMs: nowMs - Date.parse(row.createdAt),
      hour: new Date(row.createdAt).getUTCHours(),
      failed: row['status'] === 'ERRORED',
    }));
    const share = (some: readonly { failed: boolean }[]) =>
      some.filter(({ failed }) => failed).length / some.length;
    const incident = rows.filter(({ agoMs }) => agoMs >= 48 * HOUR_MS && agoMs < 53 * HOUR_MS);
    expect(incident.length).toBeGreaterThan(5);
    expect(share(incident)).toBeGreaterThan(0.4);
    expect(share(rows)).toBeLessThan(0.15);
    const day = rows.filter(({ hour }) => hour >= 7 && hour < 19).length;
    expect(day / rows.length).toBeGreaterThan(0.7);
    expect(rows.filter(({ agoMs }) => agoMs > 90 * DAY_MS)).toHaveLength(0);
  });
});
