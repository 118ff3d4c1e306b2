import { execFile } from 'node:child_process';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { blocksIn } from '../support/documented-client.ts';
import { emptyFolder } from '../support/empty-folder.ts';
import { startGateway, startServer, stopAll } from '../support/gateway.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = 'docs/trusted-documents.md';
const run = promisify(execFile);

const DOCUMENTS = {
  'failed.graphql': `query Failed($size: Int!) {
    executions(filter: { status: [ERRORED] }, page: { size: $size }) { totalCount nodes { ...Row } }
  }`,
  'watched.graphql': 'subscription Watched { executionsChanged { changes { kind execution { ...Row } } } }',
  'row.graphql': 'fragment Row on Execution { id status }',
};

/** A product whose pages ask with these documents, and what both generators make of them. */
let project: string;

/** Runs a program of a package in the project. */
async function tool(file: string, ...words: readonly string[]): Promise<void> {
  await run(process.execPath, [path.join(ROOT, 'node_modules', file), ...words], { cwd: project });
}

beforeAll(async () => {
  project = await emptyFolder('product');
  await mkdir(path.join(project, 'src'));
  await symlink(path.join(ROOT, 'node_modules'), path.join(project, 'node_modules'));
  await copyFile(path.join(ROOT, 'schema.graphql'), path.join(project, 'schema.graphql'));
  const files = {
    ...DOCUMENTS,
    '../package.json': '{ "type": "module" }',
    '../codegen.ts': blocksIn('ts', PAGE)[0] ?? '',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(project, 'src', name), text);
  await tool('@graphql-codegen/cli/esm/bin.js', '--config', 'codegen.ts');
  await tool('@apollo/generate-persisted-query-manifest/cli.js');
}, 120_000);

afterEach(stopAll);

const EXAMPLES = blocksIn('js', PAGE).map((example) => ({
  example,
  packageName: / from '(.*)';$/m.exec(example)?.[1] ?? '',
}));
const MANIFESTS = ['src/gql/persisted-documents.json', 'persisted-query-manifest.json'];

test('there is an example for each client', () => {
  expect(EXAMPLES.map(({ packageName }) => packageName)).toEqual([
    '@apollo/client',
    '@urql/core',
    'graphql-ws',
  ]);
});

test.each(EXAMPLES)(
  'the example of $packageName sends ids that a gateway knows by the manifests that were generated',
  async ({ example }) => {
    const files = MANIFESTS.map((file) => path.join(project, file)).join(',');
    const env = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILES: files };
    const gateway = await startGateway({ env, sandbox: { executions: 0 } });
    gateway.sandbox.addExecutions({ account: 'demo@example.com', status: 'ERRORED', count: 2 });
    gateway.sandbox.addExecutions({ account: 'demo@example.com', status: 'RUNNING', durationMs: 3_600_000 });
    const tokens = await startServer((_request, response) => {
      response.end(JSON.stringify({ token: 'session-demo' }));
    });
    const text = example
      .replaceAll('https://gateway.example.com', gateway.url)
      .replaceAll('wss://gateway.example.com', gateway.url.replace('http', 'ws'))
      .replaceAll('https://shop.example.com', tokens);
    const file = path.join(project, 'src', 'example.js');
    await writeFile(file, text);

    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', file]);

    expect(stdout).toMatch(/^[23] runs$/m);
    const documents = gateway.logs.map((line) => (JSON.parse(line) as { document?: string }).document);
    expect(documents.filter((one) => one !== undefined)).toEqual(['trusted']);
  },
);
