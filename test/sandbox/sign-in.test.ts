import { expect, test } from '@jest/globals';

import { ask, KEY, sandboxWith, SESSION } from '../support/sandbox.ts';
import type { ListBody } from '../support/sandbox.ts';

interface ErrorBody {
  readonly message: string;
}

test.each([
  ['nothing', {}],
  ['another key', { ...KEY, 'x-api-key': 'tk_demo2' }],
  ['an unknown session token', { authorization: 'Bearer session-nobody' }],
  ['a token of an account that there is not', { authorization: 'Bearer session-3' }],
  ['the key as a token', { authorization: 'Bearer tk_demo' }],
  ['another scheme', { authorization: 'Basic session-demo' }],
  ['a wrong token beside the right key', { ...KEY, authorization: 'Bearer nonsense' }],
])('%s is refused with 401', async (_what, headers) => {
  const sandbox = await sandboxWith();
  const reply = await ask<ErrorBody>(sandbox, '/execution', { headers });
  expect(reply.status).toBe(401);
  expect(reply.body).toEqual({
    status_code: 401,
    http_error_type: 'UNAUTHORIZED',
    error_code: 'SERVER_ERROR',
    message: 'Invalid Credentials',
    request_id: expect.any(String),
  });
});

test('the key without a linked account is refused with 400', async () => {
  const sandbox = await sandboxWith();
  const reply = await ask<ErrorBody>(sandbox, '/execution', { headers: { 'x-api-key': 'tk_demo' } });
  expect(reply.status).toBe(400);
  expect(reply.body.message).toBe('linked_account_id or org_id is required');
});

test('session tokens may look things up, unless that is switched off', async () => {
  const paths = ['/workflow/64f7258e35b72267edc02589', '/application', '/application/slack', '/workflow'];
  const sandboxes = [await sandboxWith(), await sandboxWith({ sessionLookups: false })];
  const statuses = sandboxes.map(async (sandbox) => {
    const replies = await Promise.all(paths.map((path) => ask(sandbox, path, { headers: SESSION })));
    return replies.map((reply) => reply.status);
  });
  expect(await Promise.all(statuses)).toEqual([
    [200, 200, 200, 200],
    [401, 401, 401, 200],
  ]);
});

test('the key may look things up also where session tokens may not', async () => {
  const sandbox = await sandboxWith({ sessionLookups: false });
  expect((await ask(sandbox, '/workflow/64f7258e35b72267edc02589')).status).toBe(200);
  expect((await ask(sandbox, '/application')).status).toBe(200);
});

test('ten thousand accounts, each with its own token and rows', async () => {
  const sandbox = await sandboxWith({ accounts: 10_000 });
  const headers = { authorization: 'Bearer session-10000' };
  const bySession = await ask<ListBody>(sandbox, '/execution', { headers });
  const byKey = await ask<ListBody>(sandbox, '/execution', {
    headers: { ...KEY, linked_account_id: 'account-10000@example.com' },
  });
  expect(bySession.body.totalDocs).toBe(250);
  expect(bySession.body).toEqual(byKey.body);
});

test('a linked account that there is not is refused with 400 and a code of its own, wherever it asks', async () => {
  const sandbox = await sandboxWith();
  const headers = { ...KEY, linked_account_id: 'nobody@example.com' };
  const paths = ['/execution', '/execution/nothing', '/workflow', '/application'];
  const replies = await Promise.all(
    paths.map((path) => ask<Record<string, unknown>>(sandbox, path, { headers })),
  );
  expect(replies.map(({ status, body }) => [status, body['error_code']])).toEqual(
    paths.map(() => [400, 'INVALID_LINKED_ACCOUNT_ID']),
  );
});

test('session tokens, and nobody else, read applications by the path of the browser’s SDK', async () => {
  const sandbox = await sandboxWith({ sessionLookups: false });
  const read = async (path: string, headers: Readonly<Record<string, string>>) => {
    const response = await fetch(`${sandbox.url}/api/v2/f-sdk${path}`, { headers });
    return { status: response.status, body: await response.json() };
  };
  const [all, one] = await Promise.all(
    ['/application', '/application/slack'].map((path) => ask(sandbox, path)),
  );
  expect(await read('/application', SESSION)).toEqual({ status: 200, body: all?.body });
  expect(await read('/application/slack', SESSION)).toEqual({ status: 200, body: one?.body });
  expect((await read('/application/nothing', SESSION)).status).toBe(404);
  expect((await read('/application', KEY)).status).toBe(401);
  expect((await ask(sandbox, '/f-sdk/application', { headers: SESSION })).status).toBe(404);
  expect(sandbox.stats().requests['GET /f-sdk/application']).toEqual({ '200': 1, '401': 1 });
});
