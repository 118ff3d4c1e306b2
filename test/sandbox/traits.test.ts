import { expect, test } from '@jest/globals';

import type { Sandbox } from '../../sandbox/server.ts';
import {
  ask,
  control,
  FAILED,
  ids,
  list,
  OTHER_KEY,
  sandboxWith,
  type ListBody,
  type Row,
} from '../support/sandbox.ts';

const statusOf = async (sandbox: Sandbox, query: string): Promise<number> =>
  (await ask(sandbox, `/execution?${query}`)).status;

test.each([
  'workflow_id=no',
  'workflow_name=no',
  'execution_id=no',
  'slug=no',
  'sortAsc=true',
  'more=1&more=2',
])('d1 ignores %s: the whole list, newest first', async (query) => {
  const sandbox = await sandboxWith({ generation: 'd1' });
  const all = await list(sandbox, 'limit=250');
  expect(await list(sandbox, `limit=250&${query}`)).toEqual(all);
  expect(all.docs.map((row) => row.createdAt)).toEqual(
    all.docs
      .map((row) => row.createdAt)
      .sort()
      .reverse(),
  );
});

const D2_SPELLINGS = ['execution_source=API_CALL', 'execution_source=SCHEDULE'];
const D1_SPELLINGS = ['execution_source=API%20Call', 'execution_source=Schedule'];
const TIMES = 'end_date=2023-10-15T12:00:00Z';

test('the other generation’s spelling of a source is accepted, rejected or ignored, the own one never', async () => {
  for (const [generation, own, foreign] of [
    ['d1', D1_SPELLINGS, D2_SPELLINGS],
    ['d2', D2_SPELLINGS, D1_SPELLINGS],
  ] as const) {
    const sandbox = await sandboxWith({ generation });
    const all = await list(sandbox, 'limit=250');
    const wanted = await Promise.all(own.map((query) => list(sandbox, query)));
    expect(wanted.every((body) => body.totalDocs > 0 && body.totalDocs < 250)).toBe(true);
    for (const foreignSpelling of ['accept', 'reject', 'ignore'] as const) {
      sandbox.setOptions({ foreignSpelling });
      expect(await Promise.all(own.map((query) => list(sandbox, query)))).toEqual(wanted);
      expect(await list(sandbox, 'execution_source=Event&limit=250')).not.toEqual(all);
      expect(await statusOf(sandbox, 'execution_source=event')).toBe(400);
    }
    sandbox.setOptions({ foreignSpelling: 'accept' });
    expect(await Promise.all(foreign.map((query) => list(sandbox, query)))).toEqual(wanted);
    sandbox.setOptions({ foreignSpelling: 'reject' });
    expect(await Promise.all(foreign.map((query) => statusOf(sandbox, query)))).toEqual([400, 400]);
    sandbox.setOptions({ foreignSpelling: 'ignore' });
    expect(await Promise.all(foreign.map((query) => list(sandbox, `limit=250&${query}`)))).toEqual([
      all,
      all,
    ]);
  }
});

test('d1 takes date-times as it takes other spellings, d2 always, and both take days', async () => {
  const sandbox = await sandboxWith({ generation: 'd2' });
  const honoured = (await list(sandbox, TIMES)).totalDocs;
  expect(honoured).toBeLessThan((await list(sandbox, 'end_date=2023-10-15')).totalDocs);
  sandbox.setOptions({ foreignSpelling: 'reject' });
  expect((await list(sandbox, TIMES)).totalDocs).toBe(honoured);
  sandbox.setOptions({ generation: 'd1' });
  expect(await statusOf(sandbox, TIMES)).toBe(400);
  expect(await statusOf(sandbox, 'end_date=2023-10-15')).toBe(200);
  sandbox.setOptions({ foreignSpelling: 'ignore' });
  expect((await list(sandbox, TIMES)).totalDocs).toBe(250);
  sandbox.setOptions({ foreignSpelling: 'accept' });
  expect((await list(sandbox, TIMES)).totalDocs).toBe(honoured);
});

test('an end_date that is a day may mean its start; a start_date and a date-time mean the same as ever', async () => {
  const sandbox = await sandboxWith();
  const day = '2023-10-15';
  const until = (await list(sandbox, 'limit=250')).docs.filter(
    (row) => row.createdAt < `${day}T00:00:00.001Z`,
  );
  const since = await list(sandbox, `limit=250&start_date=${day}`);
  const moment = await list(sandbox, `limit=250&end_date=${day}T18:00:00Z`);
  sandbox.setOptions({ endDate: 'start' });
  expect(ids(await list(sandbox, `limit=250&end_date=${day}`))).toEqual(until.map((row) => row._id));
  expect(await list(sandbox, `limit=250&start_date=${day}`)).toEqual(since);
  expect(await list(sandbox, `limit=250&end_date=${day}T18:00:00Z`)).toEqual(moment);
  expect(since.totalDocs).toBeLessThan(250 - until.length + 1);
});

test('a cap of limit gives fewer rows, says so unless limit is left out, and pages by itself', async () => {
  const sandbox = await sandboxWith();
  const all = ids(await list(sandbox, 'limit=250'));
  sandbox.setOptions({ maxLimit: 50 });
  const page = await list(sandbox, 'limit=100&page=2');
  expect([ids(page), page.limit, page.totalPages]).toEqual([all.slice(50, 100), 50, 5]);
  expect((await list(sandbox, 'limit=20')).limit).toBe(20);
  const workflows = await ask<ListBody>(sandbox, '/workflow?limit=40');
  sandbox.setOptions({ omit: ['limit'] });
  const silent = await list(sandbox, 'limit=100&page=2');
  expect(ids(silent)).toEqual(all.slice(50, 100));
  expect(silent).not.toHaveProperty('limit');
  sandbox.setOptions({ maxLimit: 7 });
  expect(workflows.body.docs).toHaveLength(40);
  expect((await ask<ListBody>(sandbox, '/workflow?limit=40')).body.docs).toHaveLength(7);
});

const without = (object: object, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)));

test('fields are left out of envelopes, rows, details and their nodes', async () => {
  const sandbox = await sandboxWith();
  const whole = await list(sandbox, 'limit=5');
  sandbox.setOptions({ omit: ['totalPages', 'status', 'node_name', 'name'] });
  const body = await list(sandbox, 'limit=5');
  const rows = whole.docs.map((row) => without(row, ['status', 'name']));
  expect(body).toEqual({ ...without(whole, ['totalPages']), docs: rows });
  expect(body.docs[0]).toHaveProperty('associated_workflow.name');
  const detail = await ask<{ nodes: Row[] }>(sandbox, `/execution/${FAILED}`);
  expect(detail.body).not.toHaveProperty('status');
  expect(detail.body.nodes.length).toBeGreaterThan(0);
  expect(detail.body.nodes.filter((node) => 'node_name' in node || !('node_id' in node))).toEqual([]);
});

function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

test('numbers and flags are sent as text, but not those in outputs', async () => {
  const sandbox = await sandboxWith({ generation: 'd2' });
  const plain = await list(sandbox, 'limit=50&status=COMPLETED');
  const details = () =>
    Promise.all(ids(plain).map((id) => ask<{ nodes: Row[] }>(sandbox, `/execution/${id}`)));
  const nodes = (await details()).flatMap(({ body }) => body.nodes);
  sandbox.setOptions({ textNumbers: true });
  const body = await list(sandbox, 'limit=50&status=COMPLETED');
  expect(body).toMatchObject({ totalDocs: String(plain.totalDocs), limit: '50', hasNextPage: 'true' });
  expect(body.docs).toEqual(
    plain.docs.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asText(value)])),
    ),
  );
  expect(body.docs.some((row) => typeof row['instance_execution_time'] === 'string')).toBe(true);
  const told = (await details()).flatMap(({ body: detail }) => detail.nodes);
  expect(told).toEqual(
    nodes.map((node) =>
      Object.fromEntries(Object.entries(node).map(([name, value]) => [name, asText(value)])),
    ),
  );
  expect(told.some((node) => typeof (node['latest_output'] as Row | null)?.['ok'] === 'boolean')).toBe(true);
});

test('a rerun is answered in either shape', async () => {
  const sandbox = await sandboxWith({ rerunAnswer: 'd1' });
  const rerun = async (): Promise<Record<string, string>> => {
    const path = `/execution/${FAILED}/rerun`;
    return (await ask<Record<string, string>>(sandbox, path, { method: 'POST' })).body;
  };
  const id = expect.stringMatching(/^[0-9a-f]{24}$/);
  const older = await rerun();
  expect(older).toEqual({ message: 'Execution queued', instanceId: id });
  sandbox.setOptions({ rerunAnswer: 'd2' });
  const newer = await rerun();
  expect(newer).toEqual({ status: 'success', id });
  expect(ids(await list(sandbox, 'limit=2'))).toEqual([newer['id'], older['instanceId']]);
});

test('the detail of an unknown or another account’s execution hangs, of an own one never', async () => {
  const sandbox = await sandboxWith({ unknownId: 'hang' });
  const [own = ''] = ids(await list(sandbox, 'limit=1'));
  const [foreign = ''] = ids(await list(sandbox, 'limit=1', OTHER_KEY));
  const leaving = new AbortController();
  const hanging = ['nothing', foreign].map((id) =>
    fetch(`${sandbox.url}/api/v2/public/execution/${id}`, {
      headers: { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' },
      signal: leaving.signal,
    }),
  );
  const left = Promise.allSettled(hanging);
  await sandbox.until(() => sandbox.stats().requests['GET /execution/{execution_id}']?.['hang'] === 2);
  expect((await ask(sandbox, `/execution/${own}`)).status).toBe(200);
  expect((await ask(sandbox, '/execution/nothing/stop', { method: 'POST' })).status).toBe(404);
  leaving.abort();
  expect((await left).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  sandbox.setOptions({ unknownId: '404' });
  expect((await ask(sandbox, '/execution/nothing')).status).toBe(404);
});

test('the total is told too high, too low, as text, not at all, or differently each time', async () => {
  const sandbox = await sandboxWith();
  const told = async (totalDocs: 'exact' | 'high' | 'low' | 'text' | 'missing' | 'changing') => {
    sandbox.setOptions({ totalDocs });
    const body: Partial<ListBody> = await list(sandbox, 'limit=10&page=25');
    expect(body.docs).toHaveLength(10);
    return [body.totalDocs, body.totalPages, body.hasNextPage];
  };
  expect(await told('exact')).toEqual([250, 25, false]);
  expect(await told('high')).toEqual([276, 28, true]);
  expect(await told('low')).toEqual([225, 23, false]);
  expect(await told('text')).toEqual(['250', 25, false]);
  expect(await told('missing')).toEqual([undefined, 25, false]);
  const totals = [];
  for (let turn = 0; turn < 5; turn += 1) totals.push((await told('changing'))[0]);
  expect(new Set(totals)).toEqual(new Set([248, 249, 250, 251, 252]));
});

test('options change over HTTP while it runs, all or none, and a reset takes them back', async () => {
  const sandbox = await sandboxWith({ generation: 'd2', maxLimit: 100 });
  const atStart = (await control<Record<string, unknown>>(sandbox, 'GET', '/options')).body;
  expect(atStart).toMatchObject({ generation: 'd2', maxLimit: 100, unknownId: '404', omit: [] });
  const changed = await control(sandbox, 'POST', '/options', { generation: 'd1', unknownId: 404 });
  expect(changed.body).toEqual({ ...atStart, generation: 'd1' });
  expect((await list(sandbox, 'slug=nothing')).totalDocs).toBe(250);
  const refused = await control<{ message: string }>(sandbox, 'POST', '/options', {
    generation: 'both',
    maxLimit: 0,
  });
  expect([refused.status, refused.body.message]).toEqual([
    400,
    'maxLimit: must be an integer from 1 to 10000',
  ]);
  expect(sandbox.options()).toEqual(changed.body);
  await control(sandbox, 'POST', '/reset');
  expect((await list(sandbox, 'slug=nothing')).totalDocs).toBe(0);
  expect(sandbox.options()).toEqual(atStart);
});

test.each([
  [{ generation: 'd3' }, /^generation: must be both, d1 or d2/],
  [{ foreignSpelling: true }, /^foreignSpelling: /],
  [{ maxLimit: '50' }, /^maxLimit: /],
  [{ maxLimit: 10_001 }, /^maxLimit: /],
  [{ omit: 'limit' }, /^omit: /],
  [{ omit: ['a b'] }, /^omit: /],
  [{ textNumbers: 'yes' }, /^textNumbers: must be true or false/],
  [{ unknownId: 500 }, /^unknownId: must be 404 or hang/],
  [{ totalDocs: null }, /^totalDocs: /],
  [{ color: 'red' }, /^color: is not known; known are generation, /],
  [[], /object/],
])('the options %j are refused', async (options, message) => {
  const sandbox = await sandboxWith();
  const reply = await control<{ message: string }>(sandbox, 'POST', '/options', options);
  expect(reply.status).toBe(400);
  expect(reply.body.message).toMatch(message);
  await expect(sandboxWith({ maxLimit: 0.5 })).rejects.toThrow(/^maxLimit: /);
});
