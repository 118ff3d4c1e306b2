import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';

/** Starts the demo on free ports, unless told otherwise. */
function startDemo(env: Record<string, string>) {
  const child = spawn(process.execPath, ['demo/main.ts'], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', SANDBOX_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, exited: once(child, 'exit') };
}

test('the demo says where it is, a curl for each way to sign in and one for what is live, and ends when it is told to', async () => {
  const { child, exited } = startDemo({});
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('Ctrl-C')) break;
  }
  const [, explorer = ''] = /Explorer +(\S+)/.exec(printed) ?? [];
  const [, upstream = ''] = /Upstream +(\S+)/.exec(printed) ?? [];

  expect(printed.match(/^curl /gm)).toHaveLength(4);
  expect((await fetch(`${upstream}/__sandbox/stats`)).status).toBe(200);
  expect((await fetch(explorer, { headers: { accept: 'text/html' } })).status).toBe(200);
  expect(upstream).not.toContain(':4100');

  const ended = { account: 'demo@example.com', status: 'COMPLETED' };
  await fetch(`${upstream}/__sandbox/executions`, { method: 'POST', body: JSON.stringify(ended) });
  await eventually('the gateway to hear of the run', async () => {
    const metrics = await (await fetch(new URL('/metrics', explorer))).text();
    return /webhooks_total\{outcome="accepted"\} [1-9]/.test(metrics);
  });

  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('the demo names a port that is none', async () => {
  const { child, exited } = startDemo({ SANDBOX_PORT: '70000' });
  const told = text(child.stderr);

  expect(await exited).toEqual([1, null]);
  expect(await told).toBe('SANDBOX_PORT must be a whole number from 0 to 65535\n');
});
