import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { blocksIn, runProgram } from '../support/documented-client.ts';
import { stopAll } from '../support/gateway.ts';
import { connectClient, startMcp } from '../support/mcp.ts';

afterEach(stopAll);

const PAGE = 'docs/mcp.md';

/** What most clients read. */
interface Configuration {
  readonly mcpServers: Readonly<
    Record<string, { readonly url: string; readonly headers: Record<string, string> }>
  >;
}

test('the configuration that the page shows is one to sign in with', async () => {
  const { url } = await startMcp();
  const [block = ''] = blocksIn('json', PAGE);
  const { mcpServers } = JSON.parse(block) as Configuration;

  const { 'run-history': shown } = mcpServers;
  const { call } = await connectClient(
    String(shown?.url).replace('http://127.0.0.1:4000', url),
    shown?.headers,
    'legacy',
  );

  expect(await call('list_runs')).toMatchObject({ isError: false });
});

test('the program that the page shows says why a run has failed', async () => {
  const { mcp } = await startMcp();
  const [block = ''] = blocksIn('js', PAGE);

  const program = runProgram(block, { MCP_URL: mcp, TOKEN: 'session-demo' });

  await program.untilPrintedLike(/^The run is ERRORED.* It failed at step \d+ of \d+ .*\n.+\n/);
  await program.stop();
  expect(program.printed()).not.toContain('Error:');
});

test('the page lists every tool', async () => {
  const { mcp } = await startMcp();
  const { tools } = await connectClient(mcp);
  const page = readFileSync(join(import.meta.dirname, '../..', PAGE), 'utf8');

  const rows = [...page.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(rows).toEqual(tools.map(({ name }) => name));
});
