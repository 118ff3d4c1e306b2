import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { afterEach, expect, test } from '@jest/globals';

const CLI = fileURLToPath(new URL('../../sandbox/cli.ts', import.meta.url));
const children: ChildProcessWithoutNullStreams[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [CLI, ...args]);
  child.stdout.setEncoding('utf8');
  child.stderr.setEncoding('utf8');
  children.push(child);
  return child;
}

async function finished(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const child = start(...args);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: string) => (output.stdout += text));
  child.stderr.on('data', (text: string) => (output.stderr += text));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, ...output };
}

test('--help lists every option with its default', async () => {
  const { code, stdout } = await finished('--help');
  expect(code).toBe(0);
  const options = [...stdout.matchAll(/^ {2}--(\S+).*?(?:\(default: (.*)\))?$/gm)];
  expect(options.map(([, name, fallback]) => [name, fallback])).toEqual([
    ['port', '4100'],
    ['host', '127.0.0.1'],
    ['accounts', '2'],
    ['executions', '250'],
    ['seed', '1'],
    ['arrivals', '180'],
    ['lively', undefined],
    ['rate', '20'],
    ['burst', '5'],
    ['latency-ms', '0'],
    ['webhook-url', undefined],
    ['generation', 'both'],
    ['foreign-spelling', 'usual'],
    ['end-date', 'end'],
    ['max-limit', '10000'],
    ['omit', undefined],
    ['text-numbers', undefined],
    ['rerun-answer', 'd2'],
    ['unknown-id', '404'],
    ['total-docs', 'exact'],
    ['no-session-lookups', undefined],
    ['webhook-spelling', 'new'],
    ['no-webhook-reasons', undefined],
    ['webhook-copies', '1'],
    ['webhook-late-ms', '0'],
    ['help', undefined],
  ]);
});

test.each([
  [['--prot', '1'], /--prot/],
  [['--port', 'http'], /--port: must be a number, not http/],
  [['--port', '70000'], /port: must be an integer from 0 to 65535/],
  [['--executions=-5'], /--executions: /],
  [['--generation', 'd3'], /--generation: must be both, d1 or d2/],
  [['--max-limit', '0'], /--max-limit: must be an integer from 1 to 10000/],
  [['--unknown-id', '500'], /--unknown-id: must be 404 or hang/],
  [['--omit', 'limit', '--omit', 'a-b'], /--omit: must be a list of names of fields/],
  [['--webhook-url', 'ftp://example.com'], /--webhook-url: /],
  [['extra'], /extra/],
])('%j is refused with exit status 2', async (args, message) => {
  const { code, stdout, stderr } = await finished(...args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
});

test.each(['SIGINT', 'SIGTERM'] as const)('it prints a curl that works, and ends at %s', async (signal) => {
  const child = start(
    '--port',
    '0',
    '--executions',
    '12',
    '--generation',
    'd2',
    '--arrivals',
    '0',
    '--omit',
    'limit',
    '--omit',
    'page',
  );
  let printed = '';
  for await (const text of child.stdout) {
    printed += String(text);
    if (printed.includes('curl ') && printed.endsWith('\n')) break;
  }
  const [, key = '', account = '', url = ''] =
    /curl -H 'x-api-key: (.+?)' -H 'linked_account_id: (.+?)' '(.+?)'/.exec(printed) ?? [];
  const response = await fetch(url, { headers: { 'x-api-key': key, linked_account_id: account } });
  const body: unknown = await response.json();
  expect(body).not.toHaveProperty('limit');
  expect(body).not.toHaveProperty('page');
  expect(body).toMatchObject({
    totalDocs: 12,
    docs: Array.from({ length: 10 }, () => ({ _id: expect.stringMatching(/^[0-9a-f]{24}$/) })),
  });
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a port that is taken is an error with exit status 1', async () => {
  const child = start('--port', '0');
  const [printed] = (await once(child.stdout, 'data')) as [string];
  const port = /:(\d+)\//.exec(printed)?.[1] ?? '';
  const { code, stderr } = await finished('--port', port);
  expect(code).toBe(1);
  expect(stderr).toMatch(/EADDRINUSE/);
});
