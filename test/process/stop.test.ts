import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createFakeClock } from '../support/fake-clock.ts';
import { startGate } from '../support/gate.ts';
import { JSON_TYPE } from '../support/http.ts';
import { isListening, killAll, spawnMain, startMain, untilClosed } from '../support/gateway-process.ts';
import { ANY_RATE, UNHURRIED } from '../support/settings.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';

const COUNT = 'query ($page: PageInput) { executions(page: $page) { totalCount } }';

/** A module whose promise fails, unhandled, at a message. */
const failsWhenTold = (reason: string) =>
  `data:text/javascript,process.on('message',()=>{Promise.reject(${reason})})`;

/** A module that lets the first two writes of a request's line fail: the disk is full. */
const LOG_FAILS_TWICE = `data:text/javascript,
  import fs from 'node:fs';
  const { writeSync } = fs;
  let failures = 0;
  fs.writeSync = (fd, text, ...rest) => {
    if (fd === 1 && failures < 2 && text.includes('"msg":"request"')) {
      failures += 1;
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    }
    return writeSync(fd, text, ...rest);
  };`;

afterEach(async () => {
  await killAll();
  await stopAll();
});

function ask(url: string, number = 1): Promise<Response> {
  return fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...DEMO },
    body: JSON.stringify({ query: COUNT, variables: { page: { number, size: 10 } } }),
  });
}

describe('the process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'told to stop by %s answers all of 100 requests in flight, and ends well',
    async (signal) => {
      const gate = await startGate();
      const { child, exited, url, errorText, logged } = await startMain({
        ...UNHURRIED,
        ...ANY_RATE,
        UPSTREAM_URL: gate.url,
      });

      const asking = Array.from({ length: 100 }, (_, index) => ask(url, index + 1));
      await gate.until(() => gate.held.length === 100);
      child.kill(signal);
      await untilClosed(url);
      for (const request of gate.held) request.answer();
      const answers = await Promise.all(
        asking.map(async (asked) => {
          const answer = await asked;
          const { data } = (await answer.json()) as { data: { executions: { totalCount: number } } };
          return { status: answer.status, totalCount: data.executions.totalCount };
        }),
      );

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      // Each has an answer of its own.
      expect(new Set(answers.map(({ totalCount }) => totalCount)).size).toBe(100);
      expect(await exited).toEqual([0, null]);
      expect(await errorText).toBe('');
      expect(logged.lines.filter(({ msg }) => msg === 'request')).toHaveLength(100);
      expect(logged.lines.at(-1)).toMatchObject({ msg: 'stopped' });
    },
  );

  test('with nothing in flight ends at once, kept connections or not', async () => {
    const { child, exited, url } = await startMain({});
    await (await fetch(`${url}/health/live`)).text();
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test.each([
    ["new Error('Nobody waits for this')", 'Nobody waits for this'],
    ['Object.create(null)', 'is no error'],
    ['{stack:1}', 'is no error'],
  ])('with %s in it that nobody has handled logs it, and serves on', async (reason, logs) => {
    const { child, url, lines } = await startMain({}, failsWhenTold(reason));
    const line = once(lines, 'line') as Promise<[string]>;
    child.send('fail');
    const logged = JSON.parse((await line)[0]) as Record<string, unknown>;

    expect(logged).toMatchObject({ level: 50, msg: 'unexpected error' });
    expect(logged['stack']).toContain(logs);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  test('whose log cannot be written serves on, and writes it as soon as it can', async () => {
    const { child, exited, url, errorText, logged } = await startMain({}, LOG_FAILS_TWICE);
    const answer = async () => {
      const asked = { method: 'POST', headers: JSON_TYPE, body: '{"query":"{ __typename }"}' };
      return (await fetch(`${url}/graphql`, asked)).status;
    };

    expect([await answer(), await answer(), await answer()]).toEqual([200, 200, 200]);
    child.kill('SIGTERM');

    expect(await exited).toEqual([0, null]);
    expect(await errorText).toBe('');
    expect(logged.lines.filter(({ msg }) => msg === 'request')).toHaveLength(3);
  });

  test('with mistakes in its configuration tells them all, and does not start', async () => {
    const { exited, errorText, lines } = spawnMain({
      PORT: 'http',
      UPSTREAM_URL: 'tk_secret',
      MAX_PAGE_SIZE: '0',
      REFOLD_API_KEY: 'tk_secret',
    });
    const logged: string[] = [];
    lines.on('line', (line) => logged.push(line));

    expect(await exited).toEqual([1, null]);
    expect(await errorText).toBe(
      [
        'The configuration has mistakes:',
        '  PORT must be a whole number from 0 to 65535',
        '  UPSTREAM_URL must be an http or https URL without user, query or fragment',
        '  MAX_PAGE_SIZE must be a whole number from 1 to 1000',
        '  JWT_ISSUER is missing: signing in with a token of your own product needs it',
        '  JWT_AUDIENCE is missing: signing in with a token of your own product needs it',
        '  JWT_JWKS_URL or JWT_PUBLIC_KEY is missing: signing in with a token of your own product needs it',
        '',
      ].join('\n'),
    );
    expect(logged).toEqual([]);
  });

  test('begins its log with what may not be meant so, and what it does', async () => {
    const { child, logged, exited } = await startMain({
      UPSTREAM_URL: 'https://api.example.com/api/v2/public',
      UPSTREAM_TIMOUT_MS: '1000',
      AUTH_SESSION_TOKEN: 'false',
    });
    child.kill('SIGTERM');
    await exited;

    const [unknown, apiKey, listening] = logged.lines;
    expect([unknown?.['level'], apiKey?.['level']]).toEqual([40, 40]);
    expect(unknown?.['msg']).toContain('UPSTREAM_TIMEOUT_MS');
    expect(apiKey?.['msg']).toContain('AUTH_API_KEY');
    expect(listening).toMatchObject({
      msg: 'listening',
      upstream: 'api.example.com',
      signIn: ['API key'],
      explorer: false,
    });
  });

  test.each([
    ['alone', {}],
    ['with a Redis that is away', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['with sentinels that are away', { REDIS_URL: 'redis+sentinel://127.0.0.1:1,127.0.0.1:2/mymaster' }],
    ['with a cluster that is away', { REDIS_URL: 'redis+cluster://127.0.0.1:1,127.0.0.1:2' }],
    ['with a port for its metrics', { METRICS_PORT: '0' }],
  ])('whose port is taken says so, and ends: %s', async (_case, env: Record<string, string>) => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;

    const { exited, errorText } = spawnMain({ PORT: String(port), ...env });

    expect(await exited).toEqual([1, null]);
    expect(await errorText).toBe(
      `HOST 127.0.0.1, PORT ${String(port)}: something listens there already. Stop it, or set PORT to another port\n`,
    );
    taken.close();
  });
});

describe('health', () => {
  test('is live and ready while it serves, without upstream', async () => {
    const { url, sandbox } = await startGateway({ env: { NODE_ENV: 'production' } });
    const live = await fetch(`${url}/health/live`);
    const ready = await fetch(`${url}/health/ready`);
    expect([live.status, await live.json()]).toEqual([200, { status: 'live' }]);
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    expect(sandbox.requests()).toEqual([]);
  });

  test('is not ready from the moment of stopping, while requests are still served', async () => {
    const clock = createFakeClock();
    const { url, app, query } = await startGateway({ clock, env: { SHUTDOWN_DELAY_MS: '3000' } });

    const stopped = app.stop();
    const ready = await fetch(`${url}/health/ready`);

    expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const answer = await query(COUNT);
    expect(answer.errors).toEqual([]);
    expect(answer.headers.get('connection')).toBe('close');

    clock.advance(2999);
    expect((await query(COUNT)).status).toBe(200);
    clock.advance(1);
    await stopped;
    expect(await isListening(url)).toBe(false);
  });
});

test('stopping again waits for the same stop', async () => {
  const { app, logs } = await startGateway();
  await Promise.all([app.stop(), app.stop()]);
  await app.stop();
  expect(logs.filter((line) => line.includes('"stopped"'))).toHaveLength(1);
});

test('a request that had begun to arrive is served', async () => {
  const { app, url } = await startGateway();
  const { hostname, port } = new URL(url);
  const body = JSON.stringify({ query: COUNT });
  const socket = connect(Number(port), hostname);
  // In one piece, so that the second request has begun to arrive when the first is answered.
  socket.write(`GET /health/live HTTP/1.1\r\nhost: ${hostname}\r\n\r\nPOST /graphql HTTP/1.1\r\n`);
  const [first] = (await once(socket, 'data')) as [Buffer];
  expect(first.toString()).toMatch(/^HTTP\/1.1 200 /);

  const stopped = app.stop();
  await untilClosed(url);
  socket.write(
    [
      `host: ${hostname}`,
      'content-type: application/json',
      `content-length: ${String(body.length)}`,
      ...Object.entries(DEMO).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  );

  const second = await text(socket);
  expect(second).toMatch(/^HTTP\/1.1 200 /);
  expect(second).toContain('{"data":{"executions":{"totalCount":');
  await stopped;
});

test('requests that do not end are cut off when the time to stop is up', async () => {
  const clock = createFakeClock();
  const gate = await startGate();
  const { app, url, logs } = await startGateway({
    clock,
    upstreamUrl: gate.url,
    env: { SHUTDOWN_TIMEOUT_MS: '1000' },
  });

  const asking = ask(url);
  await gate.until(() => gate.held.length === 1);
  const stopped = app.stop();
  clock.advance(999);
  expect(logs.join('')).not.toContain('time to stop was up');
  clock.advance(1);

  await expect(asking).rejects.toThrow('fetch failed');
  await stopped;
  expect(logs.join('')).toContain('requests were still in flight when the time to stop was up');
});
