import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO, startServer, stopAll } from '../support/gateway.ts';
import { createProduct } from '../support/product.ts';
import { REFUSED_URL } from '../support/refused-url.ts';
import {
  errorOf,
  expectNothingLeaked,
  LIST,
  startWatchedOnFakeClock,
  startWatched,
} from '../support/watched.ts';

afterEach(async () => {
  await stopAll();
  expectNothingLeaked();
});

describe('a linked account that upstream does not know', () => {
  const NOBODY = { error_code: 'INVALID_LINKED_ACCOUNT_ID', message: 'Invalid linked_account_id' };

  test('is the caller’s mistake where the caller names it', async () => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ status: 400, body: NOBODY });
    expect(errorOf(await query(LIST))).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'linked_account_id: upstream knows no such linked account',
      upstream: { status: 400, code: 'INVALID_LINKED_ACCOUNT_ID' },
    });
  });

  test.each([LIST, '{ execution(id: "x") { id } }'])(
    'is the operator’s where a token claims it, and is told, not hidden: %s',
    async (text) => {
      const product = await createProduct();
      const { query, sandbox } = await startWatched({ env: product.env });
      sandbox.addFault({ status: 400, body: NOBODY });
      const error = errorOf(await query(text, {}, await product.signIn('nobody@example.com')));
      expect(error).toMatchObject({ code: 'FORBIDDEN', upstream: { status: 400 } });
      expect(error.message).toContain('JWT_LINKED_ACCOUNT_CLAIM');
      expect(error.message).toContain('REFOLD_API_KEY');
      expect(sandbox.requests()).toHaveLength(1);
    },
  );
});

describe('upstream’s code is read wherever it is', () => {
  const CODE = 'INVALID_LINKED_ACCOUNT_ID';
  test.each<[string, unknown, string | undefined]>([
    ['error_code', { error_code: CODE, http_error_type: 'BAD_REQUEST' }, CODE],
    ['error', { error: CODE, http_error_type: 'BAD_REQUEST' }, CODE],
    ['error_type', { error_type: CODE }, CODE],
    ['swapped with http_error_type', { error_code: 'BAD_REQUEST', http_error_type: CODE }, CODE],
    ['error swapped with http_error_type', { error: 'BAD_REQUEST', http_error_type: CODE }, CODE],
    ['two of them', { error: 'Bad Request', error_code: CODE }, CODE],
    ['nothing but the name of the status', { http_error_type: 'BAD_REQUEST' }, 'BAD_REQUEST'],
    ['no code', { message: 'no' }, undefined],
    ['words', { error: 'It is broken' }, undefined],
    ['an object', { error: { code: CODE } }, undefined],
  ])('%s', async (_case, body, code) => {
    const { query, sandbox } = await startWatched();
    sandbox.addFault({ status: 400, body });
    expect(errorOf(await query(LIST))).toMatchObject({
      code: 'BAD_USER_INPUT',
      upstream: { status: 400, ...(code !== undefined && { code }) },
    });
  });

  test('and is none in HTML', async () => {
    const upstreamUrl = await startServer((_request, response) => {
      response.writeHead(403, { 'content-type': 'text/html' }).end('<h1>INVALID_LINKED_ACCOUNT_ID</h1>');
    });
    const { query } = await startWatched({ upstreamUrl });
    expect(errorOf(await query(LIST))).toMatchObject({ code: 'FORBIDDEN', upstream: { status: 403 } });
  });
});

describe('the log says why upstream failed', () => {
  /** The lines about it, without the time. */
  function failuresIn(logs: readonly string[]) {
    return logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === 'upstream failed')
      .map(({ level, method, route, cause, requestId }) => ({
        level,
        method,
        route,
        cause,
        hasId: requestId !== undefined,
      }));
  }
  const line = (cause: string) => ({ level: 40, method: 'GET', route: '/execution', cause, hasId: true });

  test.each<[string, () => Promise<string> | string]>([
    ['refused', () => REFUSED_URL],
    ['dns', () => 'http://no-such-host.invalid'],
    // It answers a greeting of TLS in plain text.
    ['tls', async () => (await startServer(() => undefined)).replace('http:', 'https:')],
    ['broken off', () => startServer((request) => void request.socket.destroy())],
  ])('%s', async (cause, start) => {
    const { query, logs } = await startWatched({ upstreamUrl: await start() });
    const answer = await query(LIST);
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    const told = failuresIn(logs);
    expect(told).toHaveLength(answer.extensions.upstream.calls);
    expect(told).toEqual(told.map(() => line(cause)));
  });

  test.each([
    [401, ['status 401']],
    [418, ['status 418']],
    [404, []],
    [501, []],
  ])('status %d', async (status, causes) => {
    const { query, sandbox, logs } = await startWatched();
    sandbox.addFault({ status, body: { message: 'tk_demo' } });
    await query(LIST);
    expect(failuresIn(logs)).toEqual(causes.map(line));
  });

  test('timeout', async () => {
    const { query, sandbox, logs, clock } = await startWatchedOnFakeClock({
      env: { OPERATION_TIMEOUT_MS: '2500' },
    });
    sandbox.addFault({ hang: 'before-headers', times: 9 });
    const asking = query(LIST);
    await sandbox.until(() => sandbox.requests()[0]?.status === 'hang');
    clock.advance(2500);
    expect((await asking).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    expect(failuresIn(logs)).toEqual([line('timeout')]);
  });

  test('an answer that is no list', async () => {
    const { query, sandbox, logs } = await startWatched();
    sandbox.addFault({ body: { secret: 'tk_demo' } });
    await query(LIST);
    expect(failuresIn(logs)).toEqual([line('bad answer')]);
  });

  test('a change', async () => {
    const { query, sandbox, logs } = await startWatched();
    sandbox.addFault({ match: { route: 'POST /execution/{execution_id}/stop' }, status: 503 });
    await query('mutation { stopExecution(id: "x") { message } }', {}, DEMO);
    expect(failuresIn(logs)).toEqual([
      {
        level: 40,
        method: 'POST',
        route: '/execution/{execution_id}/stop',
        cause: 'status 503',
        hasId: true,
      },
    ]);
  });
});
