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
  const paths = ['/workflow/65200cfd01af0388e905ad92', '/application', '/application/slack', '/workflow'];
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
  expect((await ask(sandbox, '/workflow/65200cfd01af0388e905ad92')).status).toBe(200);
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
