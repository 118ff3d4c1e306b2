import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/client';
import { eventually } from '../support/eventually.ts';
import { DEMO, DEMO_SESSION, startGateway, stopAll } from '../support/gateway.ts';
import { callOf, connectClient, send, startMcp } from '../support/mcp.ts';

afterAll(stopAll);

/** One for all tests that change nothing of it. */
const plain = await startMcp();
const { mcp } = plain;

/** What Refold is asked meanwhile. */
async function askedBy<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly asked: number }> {
  const before = plain.sandbox.requests().length;
  const answer = await work();
  return { answer, asked: plain.sandbox.requests().length - before };
}

/** What each message has that is not from before 2026-07-28. */
const ENVELOPE = {
  [PROTOCOL_VERSION_META_KEY]: '2026-07-28',
  [CLIENT_INFO_META_KEY]: { name: 'test', version: '1.0.0' },
  [CLIENT_CAPABILITIES_META_KEY]: {},
};
const UNKNOWN_ACCOUNT = { 'x-api-key': 'tk_demo', linked_account_id: 'nobody@example.com' };
/** A list of trusted documents, with none of the tools'. */
const MANIFEST = join(import.meta.dirname, '../../packages/run-history/persisted-documents.json');
const LIST = callOf('list_runs', { limit: 1 });

/** What the log says of requests and operations. */
function linesOf({ logs }: { readonly logs: readonly string[] }) {
  return logs.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

test('there is nothing at /mcp unless it is switched on', async () => {
  const { url } = await startGateway();

  expect((await send(`${url}/mcp`, LIST)).status).toBe(404);
  expect((await fetch(`${url}/mcp`, { method: 'OPTIONS' })).status).toBe(404);
});

describe('a sign-in', () => {
  test.each<[string, Record<string, string>, number, string, string | null]>([
    ['that is missing', {}, 401, 'UNAUTHENTICATED', 'Bearer'],
    ['of no known form', { authorization: 'Basic Zm9v' }, 401, 'UNAUTHENTICATED', 'Bearer'],
    ['in two ways at once', { ...DEMO, ...DEMO_SESSION }, 400, 'BAD_USER_INPUT', null],
  ])('%s is refused before anything is asked', async (_case, headers, status, code, challenge) => {
    for (const message of [LIST, { jsonrpc: '2.0', id: 1, method: 'tools/list' }]) {
      const { answer, asked } = await askedBy(() => send(mcp, message, headers));

      expect(asked).toBe(0);
      expect(answer).toMatchObject({ status, body: { jsonrpc: '2.0', id: 1, error: { data: { code } } } });
      expect(answer.headers.get('www-authenticate')).toBe(challenge);
    }
  });

  test('that Refold refuses is refused by the status too', async () => {
    const answer = await send(mcp, LIST, { authorization: 'Bearer session-nobody' });

    expect(answer).toMatchObject({
      status: 401,
      body: { id: 1, error: { data: { code: 'UNAUTHENTICATED' } } },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('for an account that there is not is an error of the tool', async () => {
    const { call } = await connectClient(mcp, UNKNOWN_ACCOUNT);

    expect(await call('list_runs')).toMatchObject({
      isError: true,
      meta: { error: { code: 'BAD_USER_INPUT' } },
    });
  });
});

describe('a page', () => {
  const PAGE = 'https://app.example.com';

  test.each([
    ['another site', 'https://evil.example'],
    ['a name that was made to lead here', null],
    ['no origin', 'null'],
  ])('of %s may not ask', async (_case, origin) => {
    const headers = { ...DEMO, origin: origin ?? plain.url };

    const { answer, asked } = await askedBy(() => send(mcp, LIST, headers));

    expect(answer).toMatchObject({ status: 403, body: { error: { data: { code: 'FORBIDDEN' } } } });
    expect(asked).toBe(0);
  });

  test('of CORS_ORIGINS may, and is told so beforehand', async () => {
    const open = await startMcp({ env: { CORS_ORIGINS: PAGE } });
    const preflight = { 'access-control-request-method': 'POST', origin: PAGE };

    const asked = await fetch(open.mcp, { method: 'OPTIONS', headers: preflight });
    const answer = await send(open.mcp, LIST, { ...DEMO, origin: PAGE });

    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toContain('mcp-protocol-version');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(PAGE);
  });
});

describe('what is no message', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])(
    '%s is refused: there are no sessions',
    async (method) => {
      const { status, headers } = await fetch(mcp, { method, headers: DEMO });

      expect(status).toBe(405);
      expect(headers.get('allow')).toBe('OPTIONS, POST');
    },
  );

  const BIG = JSON.stringify(callOf('list_runs', { after: 'x'.repeat(70_000) }));
  const DEEP = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_runs","arguments":{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}}}`;
  test.each<[string, unknown, number, number]>([
    ['nothing', '', 400, -32_700],
    ['no JSON', '{"jsonrpc":', 400, -32_700],
    [
      'what would change prototypes',
      '{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"a":1}}',
      400,
      -32_700,
    ],
    ['too large', BIG, 413, -32_000],
    ['a batch', [LIST, LIST], 400, -32_600],
    ['an empty batch', [], 400, -32_600],
    ['a number', '7', 400, -32_600],
    ['null', 'null', 400, -32_600],
    ['of another version', { ...LIST, jsonrpc: '1.0' }, 400, -32_600],
    ['without a method', { jsonrpc: '2.0', id: 1 }, 400, -32_600],
    ['with an id that is null', callOf('list_runs', {}, null), 400, -32_600],
    ['with an id that is an object', callOf('list_runs', {}, {}), 400, -32_600],
    [
      'with parameters that are a list',
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: [] },
      400,
      -32_600,
    ],
  ])('%s is refused, and nothing is asked', async (_case, message, status, code) => {
    const { answer, asked } = await askedBy(() => send(mcp, message));

    expect(answer).toMatchObject({ status, body: { jsonrpc: '2.0', error: { code } } });
    expect(asked).toBe(0);
  });

  test('another type of content is refused', async () => {
    const headers = { ...DEMO, 'content-type': 'text/plain' };

    expect((await send(mcp, LIST, headers)).status).toBe(415);
  });

  test('however deep it lies, it is refused or answered, and others are served', async () => {
    const { status } = await send(mcp, DEEP);

    expect(status).toBeLessThan(500);
    expect((await send(mcp, LIST)).status).toBe(200);
  });
});

describe('a message', () => {
  test.each<[string, unknown, unknown]>([
    [
      'with a method that there is not',
      { jsonrpc: '2.0', id: 'a', method: 'runs/delete' },
      { error: { code: -32_601 } },
    ],
    [
      'for resources, which there are none of',
      { jsonrpc: '2.0', id: 'a', method: 'resources/list' },
      { error: { code: -32_601 } },
    ],
    ['with a tool that there is not', callOf('rerun', {}, 'a'), { error: { code: -32_602 } }],
    ['that asks whether anybody is there', { jsonrpc: '2.0', id: 'a', method: 'ping' }, { result: {} }],
  ])('%s is answered as the protocol has it', async (_case, message, expected) => {
    expect((await send(mcp, message)).body).toMatchObject({ id: 'a', ...(expected as object) });
  });

  test('that wants no answer has none', async () => {
    expect(await send(mcp, { jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({
      status: 202,
      body: null,
    });
  });

  test('of a version that is not spoken is refused', async () => {
    for (const version of ['2024-11-05', '2025-03-26', '2099-01-01', 'x']) {
      expect((await send(mcp, LIST, { ...DEMO, 'mcp-protocol-version': version })).status).toBe(400);
    }
    expect((await send(mcp, LIST, { ...DEMO, 'mcp-protocol-version': '2025-06-18' })).status).toBe(200);
  });

  test('that would listen for changes is refused: there is nothing to listen to', async () => {
    const method = 'subscriptions/listen';
    const headers = { ...DEMO, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method };
    const params = { _meta: ENVELOPE, notifications: { toolsListChanged: true } };

    const { status, body } = await send(mcp, { jsonrpc: '2.0', id: 'a', method, params }, headers);

    expect({ status, body }).toMatchObject({ status: 200, body: { id: 'a', error: { code: -32_603 } } });
  });
});

describe('an input', () => {
  test.each<[string, string, unknown]>([
    ['with a field that there is not', 'list_runs', { linkedAccountId: 'other@example.com' }],
    ['of a wrong type', 'list_runs', { limit: '10' }],
    ['that asks for too much', 'list_runs', { limit: 51 }],
    ['that is a list', 'failure_summary', { applicationSlugs: Array.from({ length: 11 }, () => 'slack') }],
    ['with a state that cannot be asked for', 'list_runs', { status: ['QUEUED'] }],
    ['without what it needs', 'explain_run', {}],
    ['with an id that is none', 'explain_run', { runId: '../../admin' }],
    ['with a cursor of another list', 'list_runs', { after: 'made-up' }],
    ['with days in the wrong order', 'failure_summary', { startDate: '2024-02-02', endDate: '2024-02-01' }],
    ['that asks for more bytes than there are', 'get_step', { runId: 'a', stepId: 'b', maxBytes: 1_000_000 }],
  ])('%s is an error of the tool, with a code', async (_case, name, input) => {
    const { answer, asked } = await askedBy(() => send(mcp, callOf(name, input)));

    expect(answer).toMatchObject({
      status: 200,
      body: { result: { isError: true, _meta: { error: { code: 'BAD_USER_INPUT' } } } },
    });
    expect(asked).toBe(0);
  });
});

describe('trouble', () => {
  test('with the rate is told with when to ask again', async () => {
    const env = { UPSTREAM_RATE_PER_SECOND: '1', UPSTREAM_BURST: '1', OPERATION_TIMEOUT_MS: '500' };
    const { mcp: slow } = await startMcp({ env });
    const { call } = await connectClient(slow);

    const answers = await Promise.all(
      ['ASC', 'DESC', 'ASC'].map((sort, limit) => call('list_runs', { sort, limit: limit + 1 })),
    );

    const refused = answers.filter(({ isError }) => isError);
    expect(refused.map(({ meta }) => meta.error)).toContainEqual(
      expect.objectContaining({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }),
    );
    expect(refused[0]?.texts[0]).toMatch(/^RATE_LIMITED: .* Ask again in \d+ ms\.$/);
  });

  test('at Refold is an error of the tool, and tells nothing of it', async () => {
    const { mcp: own, sandbox } = await startMcp();
    const { call } = await connectClient(own);
    await sandbox.stop();

    const answer = await call('list_runs');

    expect(answer).toMatchObject({ isError: true, meta: { error: { code: 'UPSTREAM_UNAVAILABLE' } } });
    expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN|at .*\.ts/);
  });

  test('with a part of an answer leaves the rest', async () => {
    const { mcp: own, sandbox } = await startMcp();
    const { call } = await connectClient(own);
    const failed = await call('list_runs', { status: ['ERRORED'], limit: 1 });
    sandbox.addFault({ match: { route: 'GET /execution' }, status: 503, share: 1 });

    const { isError, structured, texts } = await call('explain_run', {
      runId: failed.structured.untrusted.runs[0]?.id,
    });

    expect(isError).toBe(false);
    expect(structured).toMatchObject({
      untrusted: { run: { status: 'ERRORED' }, similar: null },
      errors: [{ code: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(texts[0]).toContain('Not all could be told: UPSTREAM_UNAVAILABLE');
  });

  test('of too much to do is refused before a body is read', async () => {
    const busy = { isBusy: true, waitedMs: 1000, memoryShare: 0 };
    const { mcp: full, sandbox } = await startMcp({ loadProbe: () => busy });

    const { status, headers } = await send(full, LIST);

    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(sandbox.requests()).toEqual([]);
  });

  test('of a client that leaves ends what is asked for it', async () => {
    const gateway = await startMcp();
    gateway.sandbox.addFault({ hang: 'before-headers' });
    const body = JSON.stringify(LIST);
    const socket = connect(Number(new URL(gateway.mcp).port), '127.0.0.1');
    const head = Object.entries({
      ...DEMO,
      host: 'a',
      'content-type': 'application/json',
      'content-length': String(body.length),
    });
    socket.write(
      `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
    await gateway.sandbox.until(() => gateway.sandbox.requests().length > 0);

    socket.destroy();

    await eventually('the end of the operation', () =>
      linesOf(gateway).some(({ msg }) => msg === 'operation'),
    );
    expect(linesOf(gateway)).toContainEqual(
      expect.objectContaining({ msg: 'operation', operation: 'list_runs', codes: ['GONE'] }),
    );
  });
});

test('the log tells each tool by its name, with what it cost', async () => {
  const gateway = await startMcp();
  const { call } = await connectClient(gateway.mcp);

  await call('list_runs');

  const lines = linesOf(gateway);
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'request', route: '/mcp', status: 200 }));
  expect(lines).toContainEqual(
    expect.objectContaining({
      msg: 'operation',
      transport: 'mcp',
      operation: 'list_runs',
      codes: [],
      cost: { requested: 1, actual: 1 },
    }),
  );
});

test('trusted documents alone leave the tools as they are, which ask what is the gateway’s own', async () => {
  const env = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILES: MANIFEST };
  const { mcp: strict, query } = await startMcp({ env });
  const { call } = await connectClient(strict);

  expect((await query('{ executions { totalCount } }')).errors).not.toEqual([]);
  expect(await call('list_runs')).toMatchObject({ isError: false });
});

test('nothing of all that is a defect', () => {
  expect(plain.logs.filter((line) => line.includes('unexpected error'))).toEqual([]);
});
