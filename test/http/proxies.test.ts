import { afterEach, describe, expect, test } from '@jest/globals';
import { startGateway, stopAll } from '../support/gateway.ts';
import { get } from '../support/http.ts';

afterEach(stopAll);

/** What a request says that a proxy has passed on, which had it over TLS. */
const FORWARDED = {
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'api.example.com',
  'x-forwarded-for': '192.0.2.1',
};

describe.each([
  ['nobody', {}, false],
  ['another address', { TRUST_PROXY: '192.0.2.1' }, false],
  ['another range', { TRUST_PROXY: '10.0.0.0/8, 2001:db8::/32' }, false],
  ['its address', { TRUST_PROXY: '127.0.0.1' }, true],
  ['its range', { TRUST_PROXY: '10.0.0.0/8,127.0.0.0/8' }, true],
])('a proxy, where %s is trusted', (_case, env: Record<string, string>, isTrusted) => {
  test('is believed or not that a request came over TLS', async () => {
    const { url } = await startGateway({ env });
    const paths = ['/graphql?query=%7B__typename%7D', '/nowhere'];
    const answers = await Promise.all(paths.map((path) => fetch(url + path, { headers: FORWARDED })));
    const transports = answers.map(({ headers }) => headers.get('strict-transport-security'));
    expect(transports).toEqual(paths.map(() => (isTrusted ? 'max-age=31536000' : null)));
  });

  test('is believed or not which host an old browser asked', async () => {
    const { endpoint } = await startGateway({ env });
    const origin = 'https://api.example.com';
    const answer = await get(endpoint, '{ __typename }', { ...FORWARDED, origin });
    expect(answer.status).toBe(isTrusted ? 200 : 403);
  });
});

test.each([
  ['that the request came without TLS', { 'x-forwarded-proto': 'http' }],
  ['nothing', {}],
  ['something else', { 'x-forwarded-proto': 'HTTPS; drop' }],
  ['that TLS ended before the last one', { 'x-forwarded-proto': 'https, http' }],
])('a trusted proxy that says %s has no answer bound to TLS', async (_case, headers) => {
  const { endpoint } = await startGateway({ env: { TRUST_PROXY: '127.0.0.1' } });
  const answer = await get(endpoint, '{ __typename }', headers);
  expect([answer.status, answer.headers.get('strict-transport-security')]).toEqual([200, null]);
});

test('no address of a client gets into the log', async () => {
  const { endpoint, logs } = await startGateway({ env: { TRUST_PROXY: '127.0.0.1' } });
  await get(endpoint, '{ __typename }', FORWARDED);
  expect(logs.at(-1)).toContain('"msg":"request"');
  expect(logs.at(-1)).not.toMatch(/192\.0\.2\.1|127\.0\.0\.1|example/);
});
