import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { PanelState } from '../../demo/panel-state.ts';
import { killDemos, spawnDemo, startDemo, type RunningDemo } from '../support/demo-process.ts';
import { eventually } from '../support/eventually.ts';
import { queryAt } from '../support/gateway.ts';
import { read } from '../support/http.ts';
import { bearer } from '../support/product.ts';

afterEach(killDemos);

const ACCOUNT = 'demo@example.com';

async function tokenFor(demo: RunningDemo, account: string): Promise<string> {
  const response = await fetch(`${demo.page}demo/token?account=${account}`);
  return ((await response.json()) as { token: string }).token;
}

function post(demo: RunningDemo, path: string, body: object, headers: Record<string, string> = {}) {
  return fetch(demo.page + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

async function stateOf(demo: RunningDemo): Promise<PanelState> {
  return (await fetch(`${demo.page}demo/sandbox?account=${ACCOUNT}`)).json() as Promise<PanelState>;
}

describe('the demo', () => {
  test('says where it is, a curl for each way to sign in and one for what is live, and ends when it is told to', async () => {
    const { child, exited, printed, page, explorer, upstream } = await startDemo();

    expect(/http:\S+/.exec(printed)?.[0]).toBe(page);
    expect(printed.indexOf('Explorer')).toBeGreaterThan(printed.indexOf('Run history'));
    expect(printed.match(/^curl /gm)).toHaveLength(4);
    expect((await fetch(`${upstream}/__sandbox/stats`)).status).toBe(200);
    expect((await fetch(explorer, { headers: { accept: 'text/html' } })).status).toBe(200);
    expect(upstream).not.toContain(':4100');

    const ended = { account: ACCOUNT, status: 'COMPLETED' };
    await fetch(`${upstream}/__sandbox/executions`, { method: 'POST', body: JSON.stringify(ended) });
    await eventually('the gateway to hear of the run', async () => {
      const metrics = await (await fetch(new URL('/metrics', explorer))).text();
      return /webhooks_total\{outcome="accepted"\} [1-9]/.test(metrics);
    });

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('serves its page, built from the sources, and asks nobody else for a part of it', async () => {
    const demo = await startDemo();
    const page = await read(await fetch(demo.page));
    expect(page.status).toBe(200);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");

    const parts = [...page.text.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, part = '']) => part);
    expect(parts.map((part) => part.replace(/^\/assets\/index-[\w-]+\./, ''))).toEqual(['js', 'css']);
    const answers = await Promise.all(parts.map((part) => fetch(new URL(part, demo.page))));
    expect(
      answers.map(({ status, headers }) => [
        status,
        headers.get('content-type'),
        headers.get('cache-control'),
      ]),
    ).toEqual([
      [200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      [200, 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'],
    ]);
    expect((await fetch(`${demo.page}assets/package.json`)).status).toBe(404);
  });

  test('opens on a living history of this week, for each of two customers', async () => {
    const demo = await startDemo();
    const ask = queryAt(demo.explorer);
    const week = new Date(Date.now() - 7 * 86_400_000).toISOString();
    const lists = ['demo@example.com', 'other@example.com'].map(async (account) => {
      const { data, errors } = await ask<{
        recent: { nodes: { id: string; createdAt: string }[] };
        failed: { totalCount: number };
        running: { totalCount: number };
        executionFailures: { groups: { message: string | null }[] };
      }>(
        `query ($week: DateTime) {
          recent: executions(page: { size: 1 }) { nodes { id createdAt } }
          failed: executions(filter: { status: [ERRORED], createdAfter: $week }) { totalCount }
          running: executions(filter: { status: [RUNNING] }) { totalCount }
          executionFailures(filter: { createdAfter: $week }) { groups { message } }
        }`,
        { week },
        bearer(await tokenFor(demo, account)),
      );
      expect(errors).toEqual([]);
      expect(data.failed.totalCount).toBeGreaterThan(20);
      expect(data.running.totalCount).toBeGreaterThan(1);
      expect(new Set(data.executionFailures.groups.map(({ message }) => message)).size).toBeGreaterThan(4);
      return data.recent.nodes[0]?.id;
    });
    const [one, other] = await Promise.all(lists);
    expect(one).not.toBe(other);
  });

  test('hands its tokens, good for two minutes, and its panel to nobody but its page', async () => {
    const demo = await startDemo();
    const [, claims = ''] = (await tokenFor(demo, ACCOUNT)).split('.');
    const { iat, exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, number>;
    expect((exp ?? 0) - (iat ?? 0)).toBe(120);
    expect((await fetch(`${demo.page}demo/token?account=nobody@example.com`)).status).toBe(400);

    const elsewhere = { 'sec-fetch-site': 'cross-site', origin: 'https://studio.apollographql.com' };
    const asked = await Promise.all([
      fetch(`${demo.page}demo/token?account=${ACCOUNT}`, { headers: elsewhere }),
      fetch(`${demo.page}demo/sandbox?account=${ACCOUNT}`, { headers: elsewhere }),
      post(demo, 'demo/upstream', { trouble: 'down' }, elsewhere),
    ]);
    expect(asked.map(({ status }) => status)).toEqual([403, 403, 403]);
    expect(asked.map(({ headers }) => headers.get('access-control-allow-origin'))).toEqual([
      null,
      null,
      null,
    ]);
    expect((await stateOf(demo)).trouble).toBeNull();
  });
});

describe('its panel', () => {
  test('starts runs that succeed, fail and go on, and breaks a connection and mends it', async () => {
    const demo = await startDemo();
    const kinds = [
      ['succeeds', {}, 'COMPLETED'],
      ['fails', { failure: 'too_large' }, 'ERRORED'],
      ['long', {}, 'RUNNING'],
    ] as const;
    for (const [kind, more, expected] of kinds) {
      const started = await post(demo, 'demo/runs', { account: ACCOUNT, kind, ...more });
      const { ids } = (await started.json()) as { ids: string[] };
      await eventually(`the run that ${kind} to be ${expected}`, async () => {
        const url = `${demo.upstream}/api/v2/public/execution/${ids[0] ?? ''}`;
        const response = await fetch(url, { headers: { authorization: 'Bearer session-demo' } });
        return ((await response.json()) as { status: unknown }).status === expected;
      });
    }

    const hubspot = async () => (await stateOf(demo)).connections.find(({ slug }) => slug === 'hubspot');
    const change = { account: ACCOUNT, slug: 'hubspot' };
    await post(demo, 'demo/connections', { ...change, works: false });
    expect(await hubspot()).toMatchObject({ reauthRequired: true });
    await post(demo, 'demo/connections', { ...change, works: true });
    expect(await hubspot()).toMatchObject({ connected: true, reauthRequired: false });
  });

  test('takes the upstream down for a while, and counts what it is asked meanwhile', async () => {
    const demo = await startDemo();
    const asks = () =>
      fetch(`${demo.upstream}/api/v2/public/execution`, {
        headers: { authorization: 'Bearer session-demo' },
      });
    await post(demo, 'demo/upstream', { trouble: 'down' });
    const { trouble } = await stateOf(demo);
    expect(trouble).toEqual({ kind: 'down', leftMs: expect.any(Number) });
    expect(trouble?.leftMs).toBeGreaterThan(0);
    expect(trouble?.leftMs).toBeLessThanOrEqual(20_000);
    expect((await asks()).status).toBe(503);

    await post(demo, 'demo/upstream', {});
    expect((await asks()).status).toBe(200);
    const { trouble: after, asked } = await stateOf(demo);
    expect(after).toBeNull();
    expect(asked.routes).toEqual([{ route: 'GET /execution', count: 2, failed: 1 }]);
    expect(asked.spans.reduce((sum, count) => sum + count)).toBe(2);
  });

  test('refuses what it does not know', async () => {
    const demo = await startDemo();
    const wishes = [
      ['demo/runs', { account: ACCOUNT, kind: 'explodes' }],
      ['demo/runs', { account: 'nobody@example.com', kind: 'fails' }],
      ['demo/connections', { account: ACCOUNT, works: true }],
      ['demo/upstream', { trouble: 'war' }],
    ] as const;
    const answers = await Promise.all(wishes.map(([path, body]) => post(demo, path, body)));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
    const unknown = { account: ACCOUNT, slug: 'nothing', works: true };
    expect((await post(demo, 'demo/connections', unknown)).status).toBe(400);
  });
});

test('the demo names a port that is none', async () => {
  const { child, exited } = spawnDemo({ SANDBOX_PORT: '70000' });
  const told = text(child.stderr);

  expect(await exited).toEqual([1, null]);
  expect(await told).toBe('SANDBOX_PORT must be a whole number from 0 to 65535\n');
});
