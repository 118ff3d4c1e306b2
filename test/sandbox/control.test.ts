import { request } from 'node:http';

import { expect, test } from '@jest/globals';

import type { RecordedRequest, SandboxStats } from '../../sandbox/control/journal.ts';
import { ask, control, FAILED, ids, KEY, list, sandboxWith, SESSION } from '../support/sandbox.ts';

test('stats count every upstream request once, by route and status, and nothing else', async () => {
  const sandbox = await sandboxWith();
  const id = FAILED;
  const asked: [string, string, Readonly<Record<string, string>>?][] = [
    ['GET', '/execution?page=2'],
    ['GET', '/execution?page=0'],
    ['GET', '/execution', SESSION],
    ['GET', '/execution', {}],
    ['GET', `/execution/${id}`],
    ['GET', '/execution/unknown'],
    ['GET', `/execution/${id}/nodes/1/batches`],
    ['POST', `/execution/${id}/stop`],
    ['POST', `/execution/${id}/rerun`],
    ['GET', '/workflow'],
    ['GET', '/workflow/64f7258e35b72267edc02589'],
    ['GET', '/application'],
    ['GET', '/application/slack'],
    ['DELETE', '/application'],
    ['GET', '/nothing'],
  ];
  await Promise.all(asked.map(([method, path, headers = KEY]) => ask(sandbox, path, { method, headers })));
  await control(sandbox, 'GET', '/requests');
  await fetch(`${sandbox.url}/`);
  const expected = {
    'GET /execution': { '200': 2, '400': 1, '401': 1 },
    'GET /execution/{execution_id}': { '200': 1, '404': 1 },
    'GET /execution/{execution_id}/nodes/{node_id}/batches': { '501': 1 },
    'POST /execution/{execution_id}/stop': { '400': 1 },
    'POST /execution/{execution_id}/rerun': { '200': 1 },
    'GET /workflow': { '200': 1 },
    'GET /workflow/{id}': { '200': 1 },
    'GET /application': { '200': 1 },
    'GET /application/{slug}': { '200': 1 },
    'DELETE /application': { '405': 1 },
    'GET (unknown)': { '404': 1 },
  };
  const { body } = await control<SandboxStats>(sandbox, 'GET', '/stats');
  expect(body).toEqual({ requests: expected, throttled: 0, peakPerSecond: expect.any(Number) });
  expect(body.peakPerSecond).toBeGreaterThan(0);
  expect(body.peakPerSecond).toBeLessThanOrEqual(14);
  expect(sandbox.stats()).toEqual(body);
});

test('the requests are recorded as they came, credentials hidden over HTTP', async () => {
  const sandbox = await sandboxWith();
  await list(sandbox, 'page=1&execution_source=API%20Call');
  await ask(sandbox, '/application', { headers: { ...SESSION, 'X-Request-Id': 'r1' } });
  const recorded = sandbox.requests();
  expect(recorded).toEqual([
    {
      method: 'GET',
      path: '/api/v2/public/execution',
      query: 'page=1&execution_source=API%20Call',
      headers: expect.objectContaining(KEY),
      route: '/execution',
      atMs: expect.any(Number),
      status: 200,
    },
    expect.objectContaining({
      query: '',
      headers: expect.objectContaining({ ...SESSION, 'x-request-id': 'r1' }),
    }),
  ]);
  const { body } = await control<RecordedRequest[]>(sandbox, 'GET', '/requests');
  const text = JSON.stringify(body);
  expect(body).toHaveLength(2);
  expect(body[0]?.headers).toMatchObject({
    linked_account_id: 'demo@example.com',
    'x-api-key': expect.stringMatching(/^sha256:[0-9a-f]{12}$/),
  });
  expect(text).not.toContain('tk_demo');
  expect(text).not.toContain('session-demo');
});

test('only the last thousand requests are kept', async () => {
  const sandbox = await sandboxWith();
  await ask(sandbox, '/application/slack');
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.all(Array.from({ length: 50 }, () => ask(sandbox, '/execution?limit=1')));
  }
  expect(sandbox.requests()).toHaveLength(1000);
  expect(sandbox.stats().requests).toEqual({
    'GET /application/{slug}': { '200': 1 },
    'GET /execution': { '200': 1000 },
  });
  expect(sandbox.requests().some((recorded) => recorded.route === '/application/{slug}')).toBe(false);
});

test('a reset clears counters, requests and faults, and restores the data and the clock', async () => {
  const sandbox = await sandboxWith({ clock: { now: () => 1.8e12 } });
  const before = await list(sandbox, 'limit=250');
  sandbox.addExecutions({ account: 'demo@example.com', count: 5 });
  sandbox.advanceClock(3_600_000);
  sandbox.addFault({ status: 500, times: 100 });
  expect((await control(sandbox, 'POST', '/reset')).status).toBe(200);
  expect(sandbox.stats()).toEqual({ requests: {}, throttled: 0, peakPerSecond: 0 });
  expect(sandbox.requests()).toEqual([]);
  expect(await list(sandbox, 'limit=250')).toEqual(before);
  sandbox.addExecutions({ account: 'demo@example.com' });
  expect((await list(sandbox, 'limit=1')).docs[0]?.createdAt).toBe(new Date(1.8e12).toISOString());
});

test('executions can be added and the clock moved over HTTP', async () => {
  const sandbox = await sandboxWith({ clock: { now: () => 1.8e12 } });
  const added = await control<{ ids: string[] }>(sandbox, 'POST', '/executions', {
    account: 'other@example.com',
    count: 2,
    durationMs: 1000,
    endStatus: 'TIMED_OUT',
  });
  const headers = { authorization: 'Bearer session-other' };
  expect(ids(await list(sandbox, 'limit=2&status=RUNNING', headers))).toEqual([...added.body.ids].reverse());
  expect((await control(sandbox, 'POST', '/clock', { advanceMs: 1000 })).status).toBe(200);
  expect(ids(await list(sandbox, 'limit=2&status=TIMED_OUT', headers))).toEqual(
    [...added.body.ids].reverse(),
  );
});

test.each([
  ['/faults', 'nonsense', /JSON/],
  ['/faults', [], /object/],
  ['/faults', { statuses: 500 }, /^statuses: is not known/],
  ['/faults', { toString: 1 }, /^toString: is not known/],
  ['/faults', { status: 42 }, /^status: /],
  ['/faults', { times: 0 }, /^times: /],
  ['/faults', { share: 2 }, /^share: /],
  ['/faults', { forMs: 0 }, /^forMs: /],
  ['/faults', { hang: 'always' }, /^hang: /],
  ['/faults', { reset: 'yes' }, /^reset: /],
  ['/faults', { retryAfter: true }, /^retryAfter: /],
  ['/faults', { contentType: 'a\nb' }, /^contentType: /],
  ['/faults', { match: { path: '/execution' } }, /^match\.path: is not known/],
  ['/faults', { match: { query: { page: 1 } } }, /^match\.query: /],
  ['/executions', {}, /^account: /],
  ['/executions', { account: 'nobody@example.com' }, /^account: /],
  ['/executions', { account: 'demo@example.com', count: 1.5 }, /^count: /],
  ['/executions', { account: 'demo@example.com', source: 'Cron' }, /^source: /],
  ['/clock', {}, /^advanceMs: /],
  ['/clock', { advanceMs: -1 }, /^advanceMs: /],
])('%s with %j is refused with the mistake', async (path, body, message) => {
  const sandbox = await sandboxWith();
  const reply = await control<{ message: string }>(sandbox, 'POST', path, body);
  expect(reply.status).toBe(400);
  expect(reply.body.message).toMatch(message);
});

test('unknown control routes are 404, other methods 405, long bodies 413', async () => {
  const sandbox = await sandboxWith();
  expect((await control(sandbox, 'GET', '/nothing')).status).toBe(404);
  const reply = await control(sandbox, 'GET', '/faults');
  expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
  expect((await control(sandbox, 'POST', '/faults', 'x'.repeat(2_000_000))).status).toBe(413);
});

test('odd requests to the API get an answer of the right kind', async () => {
  const sandbox = await sandboxWith();
  const asked: [string, string][] = [
    ['HEAD', '/execution'],
    ['PUT', '/execution'],
    ['GET', `/execution/${FAILED}/stop`],
    ['GET', '/execution/%zz'],
    ['GET', '/%zz'],
    ['GET', '/execution/'],
    ['GET', '//execution'],
  ];
  const replies = await Promise.all(
    asked.map(([method, path]) => fetch(`${sandbox.url}/api/v2/public${path}`, { method, headers: KEY })),
  );
  expect(replies.map((reply) => reply.status)).toEqual([405, 405, 405, 400, 400, 404, 404]);
  expect(replies[2]?.headers.get('allow')).toBe('POST');
  const outside = await Promise.all(
    ['/api/v1/execution', '/api/v2/publicity/execution'].map((path) =>
      fetch(sandbox.url + path, { headers: KEY }),
    ),
  );
  expect(outside.map((reply) => reply.status)).toEqual([404, 404]);
});

test('a long body is refused with 413, a short one ignored', async () => {
  const sandbox = await sandboxWith();
  const url = `${sandbox.url}/api/v2/public/execution/${FAILED}/rerun`;
  const send = (body: string) => fetch(url, { method: 'POST', headers: KEY, body });
  expect((await send('{"a":1}')).status).toBe(200);
  expect((await send('x'.repeat(2_000_000))).status).toBe(413);
  expect(sandbox.stats().requests).toEqual({
    'POST /execution/{execution_id}/rerun': { '200': 1, '413': 1 },
  });
});

test('a request whose client breaks off during the body is counted as aborted', async () => {
  const sandbox = await sandboxWith();
  const outgoing = request(`${sandbox.url}/api/v2/public/execution/x/stop`, {
    method: 'POST',
    headers: { ...KEY, 'content-length': 100 },
  });
  outgoing.on('error', () => undefined);
  outgoing.write('half');
  await sandbox.until(() => sandbox.requests().length === 1);
  outgoing.destroy();
  await sandbox.until(() => sandbox.requests()[0]?.status === 'aborted');
  expect(sandbox.stats().requests).toEqual({ 'POST /execution/{execution_id}/stop': { aborted: 1 } });
});

test('the condition of until may fail, which its caller learns', async () => {
  const sandbox = await sandboxWith();
  const waiting = sandbox.until(() => {
    if (sandbox.requests().length > 0) throw new Error('a request came');
    return false;
  });
  await Promise.all([expect(waiting).rejects.toThrow('a request came'), list(sandbox, '')]);
  expect((await list(sandbox, '')).totalDocs).toBe(250);
});
