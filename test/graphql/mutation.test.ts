import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';

import { createFakeClock } from '../support/fake-clock.ts';
import { fakeClock, list } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, startGateway, startServer, stopAll } from '../support/gateway.ts';
import type { Setup } from '../support/gateway.ts';

afterEach(stopAll);

const FAILED = '65410cf6cdf931a12d7ab009';
const ACCOUNT = 'demo@example.com';
const RERUN = `mutation ($id: ID!) {
  change: rerunExecution(id: $id) {
    execution { id status name completionPercentage nodes { id } }
    executionId originalExecutionId userErrors { code message }
  }
}`;
const STOP = `mutation ($id: ID!) {
  change: stopExecution(id: $id) { execution { id status } message userErrors { code message } }
}`;
const LIST = '{ executions { totalCount nodes { id } } }';
const CHANGES = { stop: STOP, rerun: RERUN } as const;

interface Listed {
  readonly executions: { readonly totalCount: number; readonly nodes: readonly { readonly id: string }[] };
}

interface Data {
  readonly change: {
    readonly execution: { readonly id: string; readonly status: string };
    readonly executionId: string | null;
    readonly message: string | null;
    readonly userErrors: unknown;
  };
  readonly a: { readonly executionId: string };
  readonly b: { readonly executionId: string };
  readonly execution: { readonly status: string };
}

type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** The changes that upstream was asked for. */
function posts({ sandbox }: Gateway) {
  return sandbox.requests().filter(({ method }) => method === 'POST');
}

/** How many executions there are. */
async function countOf({ sandbox }: Gateway): Promise<number> {
  return (await list(sandbox, 'limit=1')).totalDocs;
}

/** A gateway over 20 executions that stand still, one of them running for a long time; and that one's id. */
async function startOverRunning(setup: Setup = {}) {
  const gateway = await startGateway({ sandbox: { executions: 20, clock: fakeClock() }, ...setup });
  const [id = ''] = gateway.sandbox.addExecutions({
    account: ACCOUNT,
    status: 'RUNNING',
    durationMs: 600_000,
  });
  return { ...gateway, id };
}

describe('stopExecution', () => {
  test('asks upstream once, and answers the execution as it is then', async () => {
    const gateway = await startOverRunning();
    const { query, sandbox, id } = gateway;
    const { data, errors, extensions } = await query<Data>(STOP, { id });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: { id, status: 'STOPPING' },
      message: 'Stopping instance',
      userErrors: [],
    });
    expect(extensions.upstream.calls).toBe(2);
    expect(sandbox.requests().map(({ method, path }) => `${method} ${path}`)).toEqual([
      `POST /api/v2/public/execution/${id}/stop`,
      `GET /api/v2/public/execution/${id}`,
    ]);
    sandbox.advanceClock(1000);
    const later = await query<Data>('query ($id: ID!) { execution(id: $id) { status } }', { id });
    expect(later.data.execution).toEqual({ status: 'STOPPED' });
  });

  test('of a run that has ended is a user error, with the execution', async () => {
    const gateway = await startOverRunning();
    const { data, errors } = await gateway.query<Data>(STOP, { id: FAILED });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: { id: FAILED, status: 'ERRORED' },
      message: null,
      userErrors: [{ code: 'NOT_ALLOWED', message: expect.any(String) }],
    });
    expect(posts(gateway)).toHaveLength(1);
  });
});

describe('rerunExecution', () => {
  test.each([
    ['an API key', DEMO],
    ['a session token', DEMO_SESSION],
  ])('starts one new run and answers it, signed in with %s', async (_what, headers) => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors, extensions } = await gateway.query<Data>(RERUN, { id: FAILED }, headers);
    expect(errors).toEqual([]);
    const rows = await list(gateway.sandbox, 'limit=1');
    expect(rows.totalDocs).toBe(before + 1);
    expect(data.change).toEqual({
      execution: {
        id: rows.docs[0]?._id,
        status: 'RUNNING',
        name: expect.stringContaining('Retry for workflow'),
        completionPercentage: 0,
        nodes: [{ id: expect.any(String) }],
      },
      executionId: rows.docs[0]?._id,
      originalExecutionId: FAILED,
      userErrors: [],
    });
    expect(extensions.upstream.calls).toBe(2);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('of a run that did not fail is a user error, and starts nothing', async () => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors } = await gateway.query<Data>(RERUN, { id: gateway.id });
    expect(errors).toEqual([]);
    expect(data.change).toEqual({
      execution: null,
      executionId: null,
      originalExecutionId: gateway.id,
      userErrors: [{ code: 'NOT_ALLOWED', message: expect.any(String) }],
    });
    expect(await countOf(gateway)).toBe(before);
  });

  test('twice in one document starts two runs, one after the other', async () => {
    const gateway = await startOverRunning();
    const before = await countOf(gateway);
    const { data, errors } = await gateway.query<Data>(
      'mutation ($id: ID!) { a: rerunExecution(id: $id) { executionId } b: rerunExecution(id: $id) { executionId } }',
      { id: FAILED },
    );
    expect(errors).toEqual([]);
    expect(data.a.executionId).not.toBe(data.b.executionId);
    expect(await countOf(gateway)).toBe(before + 2);
    expect(gateway.sandbox.requests().map(({ method }) => method)).toEqual([
      'GET',
      'POST',
      'GET',
      'POST',
      'GET',
      'GET',
    ]);
  });
});

describe.each(['stop', 'rerun'] as const)('%s', (change) => {
  const idOf = ({ id }: { id: string }) => (change === 'stop' ? id : FAILED);

  test.each([400, 409, 422])('refused for the state of the run with %i is a user error', async (status) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status });
    const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toEqual([]);
    expect(data.change.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }]);
    expect(posts(gateway)).toHaveLength(1);
  });

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'FORBIDDEN'],
    [404, 'NOT_FOUND'],
    [405, 'UPSTREAM_BAD_RESPONSE'],
    [429, 'RATE_LIMITED'],
    [501, 'NOT_SUPPORTED'],
  ])('refused with %i has no outcome, and is asked once', async (status, code) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status });
    const before = await countOf(gateway);
    const { errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toMatchObject([{ path: ['change'], extensions: { code, upstream: { status } } }]);
    expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    expect(posts(gateway)).toHaveLength(1);
    expect(await countOf(gateway)).toBe(before);
  });

  test.each([500, 502, 503, 504, 408].flatMap((status) => [true, false].map((done) => ({ status, done }))))(
    'failing with %j is not asked again, and its outcome unknown',
    async ({ status, done }) => {
      const gateway = await startOverRunning();
      gateway.sandbox.addFault({
        match: { method: 'POST' },
        status,
        takesEffect: done,
        retryAfter: 0,
        times: 3,
      });
      const before = await countOf(gateway);
      const { errors, data } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      expect(data).toBeNull();
      expect(errors).toMatchObject([
        { extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN', upstream: { status } } },
      ]);
      expect(posts(gateway)).toHaveLength(1);
      expect(await countOf(gateway)).toBe(before + (change === 'rerun' && done ? 1 : 0));
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['a reset', { reset: true }],
    ['a reset before it took effect', { reset: true, takesEffect: false }],
    ['half a body', { truncate: true }],
    ['half a body before it took effect', { truncate: true, takesEffect: false }],
    ['a page in HTML', { contentType: 'text/html' }],
    ['another shape', { body: [] }],
    ['far too much', { hugeBytes: 20_000_000 }],
  ])('answered with %s is not asked again, and its outcome unknown', async (_what, fault) => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, times: 3, ...fault });
    const before = await countOf(gateway);
    const { errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
    expect(posts(gateway)).toHaveLength(1);
    const started = change === 'rerun' && fault['takesEffect'] !== false ? 1 : 0;
    expect(await countOf(gateway)).toBe(before + started);
  });

  test.each(['before-headers', 'after-headers'] as const)(
    'that hangs %s is given up, not asked again, and its outcome unknown',
    async (hang) => {
      const clock = createFakeClock();
      const gateway = await startOverRunning({ clock });
      gateway.sandbox.addFault({ match: { method: 'POST' }, times: 3, hang });
      const before = await countOf(gateway);
      const asked = gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status !== 'pending'));
      clock.advance(2000);
      const { errors } = await asked;
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
      expect(posts(gateway)).toHaveLength(1);
      expect(await countOf(gateway)).toBe(before + (change === 'rerun' ? 1 : 0));
    },
  );

  test('that outlasts the operation has an unknown outcome, too', async () => {
    const clock = createFakeClock();
    const gateway = await startOverRunning({
      clock,
      env: { UPSTREAM_TIMEOUT_MS: '60000', OPERATION_TIMEOUT_MS: '3000' },
    });
    gateway.sandbox.addFault({ match: { method: 'POST' }, hang: 'before-headers' });
    const asked = gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status === 'hang'));
    clock.advance(3000);
    expect((await asked).errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } },
    ]);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('of an execution that cannot be looked up afterwards is reported all the same', async () => {
    const gateway = await startOverRunning();
    const lookUp = { match: { route: 'GET /execution/{execution_id}' } };
    gateway.sandbox.addFault({ ...lookUp, status: 403 });
    gateway.sandbox.addFault({ ...lookUp, body: 'no JSON' });
    for (let round = 0; round < 2; round++) {
      const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
      expect(errors).toEqual([]);
      expect(data.change).toMatchObject({ execution: null, userErrors: [] });
      const said = {
        stop: 'Stopping instance',
        rerun: (await list(gateway.sandbox, 'limit=1')).docs[0]?._id,
      };
      expect(data.change[change === 'stop' ? 'message' : 'executionId']).toBe(said[change]);
    }
    expect(posts(gateway)).toHaveLength(2);
  });

  test('accepted with another status than 200 is done', async () => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, status: 201 });
    const { data, errors } = await gateway.query<Data>(CHANGES[change], { id: idOf(gateway) });
    expect(errors).toEqual([]);
    expect(data.change.execution).not.toBeNull();
  });

  test('of an unknown execution, or another account’s, is NOT_FOUND without a difference', async () => {
    const gateway = await startGateway({ sandbox: { executions: 20, clock: fakeClock() } });
    const [foreign = ''] = gateway.sandbox.addExecutions({
      account: 'other@example.com',
      status: change === 'stop' ? 'RUNNING' : 'ERRORED',
      durationMs: 600_000,
    });
    const answers = [];
    for (const id of [foreign, 'f'.repeat(24)]) {
      const { errors, data } = await gateway.query<Data>(CHANGES[change], { id });
      const [error] = errors;
      expect(error?.extensions).toMatchObject({ code: 'NOT_FOUND' });
      answers.push({ data, message: error?.message, count: errors.length });
    }
    expect(answers[0]).toEqual(answers[1]);
    const { data } = await gateway.query<Data>(
      'query ($id: ID!) { execution(id: $id) { status } executions { totalCount } }',
      { id: foreign },
      OTHER,
    );
    expect(data).toEqual({
      execution: { status: change === 'stop' ? 'RUNNING' : 'ERRORED' },
      executions: { totalCount: 21 },
    });
  });

  test.each(['', '../x', 'a/b', 'a b', 'a?b', 'a'.repeat(129)])(
    'of %j is refused without a call',
    async (id) => {
      const { query, sandbox } = await startGateway();
      const { errors } = await query<Data>(CHANGES[change], { id });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(errors[0]?.message).toContain('id');
      expect(sandbox.requests()).toEqual([]);
    },
  );

  test('over GET is refused without a call', async () => {
    const { endpoint, sandbox } = await startGateway();
    const search = new URLSearchParams({ query: CHANGES[change], variables: JSON.stringify({ id: FAILED }) });
    const response = await fetch(`${endpoint}?${search.toString()}`, {
      headers: { ...DEMO, accept: 'application/json' },
    });
    expect(response.status).toBe(405);
    expect(sandbox.requests()).toEqual([]);
  });

  test('without signing in is refused without a call', async () => {
    const { query, sandbox } = await startGateway();
    const { status, errors } = await query<Data>(CHANGES[change], { id: FAILED }, {});
    expect(status).toBe(401);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(sandbox.requests()).toEqual([]);
  });
});

/** A server that does this with each connection; answers its address and how many there were. */
async function startRaw(handle: (socket: Socket) => void) {
  const seen = { connections: 0 };
  const server = createServer((socket) => {
    seen.connections += 1;
    socket.on('error', () => undefined);
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { seen, port, close: () => new Promise((resolve) => server.close(resolve)) };
}

const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200\r\n';

describe('a connection that breaks', () => {
  test.each<[string, (socket: Socket) => void]>([
    ['at once', (socket) => socket.destroy()],
    ['with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['when the request is there', (socket) => socket.once('data', () => socket.destroy())],
    ['in the first line', (socket) => socket.once('data', () => socket.end('HTTP/1.1 20'))],
    ['in the headers', (socket) => socket.once('data', () => socket.end(HEAD.slice(0, 40)))],
    ['behind the headers', (socket) => socket.once('data', () => socket.end(`${HEAD}\r\n`))],
    ['in the body', (socket) => socket.once('data', () => socket.end(`${HEAD}\r\n{"status":"succ`))],
    ['with something else than HTTP', (socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n'))],
  ])('%s leaves the outcome of a rerun unknown, and is the only one', async (_what, handle) => {
    const { seen, port, close } = await startRaw(handle);
    const { query } = await startGateway({ upstreamUrl: `http://127.0.0.1:${String(port)}` });
    const { errors } = await query<Data>(RERUN, { id: FAILED });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', outcome: 'UNKNOWN' } }]);
    expect(seen.connections).toBe(1);
    await close();
  });

  test.each(['http', 'https'])(
    'before anything was sent has no outcome: %s to a closed port',
    async (scheme) => {
      const { port, close } = await startRaw(() => undefined);
      await close();
      const { query } = await startGateway({ upstreamUrl: `${scheme}://127.0.0.1:${String(port)}` });
      const { errors } = await query<Data>(RERUN, { id: FAILED });
      expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    },
  );

  test('before it is secure has no outcome', async () => {
    const { seen, port, close } = await startRaw((socket) => socket.once('data', () => socket.end('no TLS')));
    const { query } = await startGateway({ upstreamUrl: `https://127.0.0.1:${String(port)}` });
    const { errors } = await query<Data>(RERUN, { id: FAILED });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(errors[0]?.extensions).not.toHaveProperty('outcome');
    expect(seen.connections).toBe(1);
    await close();
  });
});

test('while upstream counts as down nothing is sent, and there is no outcome', async () => {
  const gateway = await startOverRunning();
  gateway.sandbox.addFault({ match: { method: 'POST' }, status: 503, times: 100 });
  for (let round = 0; round < 5; round++) await gateway.query<Data>(RERUN, { id: FAILED });
  const { errors } = await gateway.query<Data>(RERUN, { id: FAILED });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(errors[0]?.extensions).not.toHaveProperty('outcome');
  expect(posts(gateway)).toHaveLength(5);
});

describe('what is remembered', () => {
  const CACHED = { CACHE_LIST_MS: '600000', CACHE_RUNNING_MS: '600000', CACHE_TERMINAL_MS: '600000' };

  test('is forgotten by a rerun: the next list has the new run', async () => {
    const gateway = await startOverRunning({ env: CACHED });
    const { query } = gateway;
    await query<Data>(LIST);
    expect((await query<Data>(LIST)).extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
    const { data } = await query<Data>(RERUN, { id: FAILED });
    const after = await query<Listed>(LIST);
    expect(after.extensions.upstream.calls).toBe(1);
    expect(after.data.executions).toMatchObject({ totalCount: 22 });
    expect(after.data.executions.nodes[0]?.id).toBe(data.change.executionId);
  });

  test('is forgotten by a rerun of unknown outcome, too', async () => {
    const gateway = await startOverRunning({ env: CACHED });
    await gateway.query<Data>(LIST);
    gateway.sandbox.addFault({ match: { method: 'POST' }, reset: true });
    await gateway.query<Data>(RERUN, { id: FAILED });
    expect((await gateway.query<Listed>(LIST)).data.executions.totalCount).toBe(22);
  });

  test('is forgotten by a stop: the execution is answered as it is', async () => {
    const { query, id } = await startOverRunning({ env: CACHED });
    const ONE = 'query ($id: ID!) { execution(id: $id) { status } }';
    expect((await query<Data>(ONE, { id })).data.execution.status).toBe('RUNNING');
    expect((await query<Data>(STOP, { id })).data.change.execution.status).toBe('STOPPING');
    expect((await query<Data>(ONE, { id })).data.execution.status).toBe('STOPPING');
  });

  test('of another account stays, and so does its data', async () => {
    const { query } = await startOverRunning({ env: CACHED });
    const before = await query<Listed>(LIST, {}, OTHER);
    await query<Data>(RERUN, { id: FAILED });
    const after = await query<Listed>(LIST, {}, OTHER);
    expect(after.data).toEqual(before.data);
    expect(after.extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
  });
});

/** An upstream that answers reads and never a change; and what it has seen. */
async function startSilent() {
  const changes: IncomingMessage[] = [];
  let watcher: (() => void) | undefined;
  const closed: Promise<void>[] = [];
  const url = await startServer((request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'GET') {
      response.end('{"docs":[],"totalDocs":0}');
      return;
    }
    changes.push(request);
    closed.push(new Promise((resolve) => response.once('close', resolve)));
    watcher?.();
  });
  return {
    url,
    changes,
    closed,
    holds: (count: number) =>
      new Promise<void>((resolve) => {
        watcher = () => {
          if (changes.length >= count) resolve();
        };
        watcher();
      }),
  };
}

describe('a client that goes away during a rerun', () => {
  const leave = (endpoint: string) => {
    const client = new AbortController();
    const asked = fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query: RERUN, variables: { id: FAILED } }),
      signal: client.signal,
    });
    return { asked, client };
  };

  test('leaves one rerun at the most', async () => {
    const gateway = await startOverRunning();
    gateway.sandbox.addFault({ match: { method: 'POST' }, hang: 'before-headers', times: 3 });
    const before = await countOf(gateway);
    const { asked, client } = leave(gateway.endpoint);
    await gateway.sandbox.until(() => posts(gateway).some(({ status }) => status === 'hang'));
    client.abort();
    await expect(asked).rejects.toThrow('aborted');
    expect((await gateway.query<Listed>(LIST)).data.executions.totalCount).toBe(before + 1);
    expect(posts(gateway)).toHaveLength(1);
  });

  test('does not make upstream count as down, however many do', async () => {
    const upstream = await startSilent();
    const { endpoint, query } = await startGateway({ upstreamUrl: upstream.url });
    const clients = Array.from({ length: 10 }, () => leave(endpoint));
    await upstream.holds(10);
    for (const { client } of clients) client.abort();
    await Promise.all(clients.map(({ asked }) => expect(asked).rejects.toThrow('aborted')));
    await Promise.all(upstream.closed);
    const { errors } = await query<Data>(LIST);
    expect(errors).toEqual([]);
    expect(upstream.changes).toHaveLength(10);
  });
});

test('a change gets a connection of its own, which is not kept', async () => {
  const seen: { method: string | undefined; socket: Socket; connection: string | undefined }[] = [];
  const url = await startServer((request, response) => {
    const { method, socket, headers } = request;
    seen.push({ method, socket, connection: headers.connection });
    const bodies = { GET: '{"docs":[],"totalDocs":0}', POST: '{"status":"success","id":"new"}' };
    response.end(method === 'POST' ? bodies.POST : bodies.GET);
  });
  const { query } = await startGateway({ upstreamUrl: url });
  await query<Data>(LIST);
  await query<Data>(LIST);
  await query<Data>(RERUN, { id: FAILED });
  await query<Data>(LIST);
  expect(seen.map(({ method, connection }) => [method, connection])).toEqual([
    ['GET', 'keep-alive'],
    ['GET', 'keep-alive'],
    ['POST', 'close'],
    ['GET', 'keep-alive'],
    ['GET', 'keep-alive'],
  ]);
  const [kept, again, own, ...later] = seen.map(({ socket }) => socket);
  expect(again).toBe(kept);
  expect(own).not.toBe(kept);
  expect(later).not.toContain(own);
});
