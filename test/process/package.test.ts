import { execFile } from 'node:child_process';
import { cp, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from '@jest/globals';
import { emptyFolder } from '../support/empty-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = 'packages/run-history';
const run = promisify(execFile);

/** The package's folder, built in a copy, since another test may build at the same time. */
let folder: string;

beforeAll(async () => {
  const copy = await emptyFolder('package');
  // size-limit looks for its plugins in the manifest around it.
  for (const name of ['package.json', 'tsconfig.json', 'tsconfig.pages.json', FOLDER]) {
    await cp(path.join(ROOT, name), path.join(copy, name), {
      recursive: true,
      filter: (source) => !/\/(?:dist|node_modules)$/.test(source),
    });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  folder = path.join(copy, FOLDER);
  await run('npm', ['run', 'build'], { cwd: folder });
}, 600_000);

/** Runs a tool of this repository in the package's folder; rejects where it finds something. */
async function tool(file: string, ...words: readonly string[]): Promise<string> {
  const program = path.join(ROOT, 'node_modules', file);
  const { stdout } = await run(process.execPath, [program, ...words], { cwd: folder });
  return stdout;
}

test('bundlers find every entry', async () => {
  expect(await tool('publint/src/cli.js', '--strict')).toContain('All good!');
});

test('TypeScript finds every entry', async () => {
  // It exits with an error where an entry does not resolve.
  const found = await tool('@arethetypeswrong/cli/dist/index.js', '--pack', '.', '--profile', 'esm-only');
  expect(found).toContain('@refold-gateway/run-history v');
});

test('it is no larger than it may be', async () => {
  const sizes = JSON.parse(await tool('size-limit/bin.js', '--json')) as { name: string; passed: boolean }[];
  expect(sizes.filter(({ passed }) => !passed)).toEqual([]);
});

test('what is published is what was built, and says what it is', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json'], { cwd: folder });
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
  const paths = packed?.files.map((file) => file.path) ?? [];
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'dist/styles.css', 'dist/index.d.ts']));
  expect(
    paths.filter(
      (one) =>
        !/^(?:LICENSE|README\.md|(?:package|persisted-documents)\.json|dist\/.+\.(?:js|css|d\.ts))$/.test(
          one,
        ),
    ),
  ).toEqual([]);
});

test('a server renders the empty host of the page, and can import the element', async () => {
  const script = path.join(folder, 'server.mjs');
  await writeFile(
    script,
    `import { createElement } from 'react';
    import { renderToString } from 'react-dom/server';
    import { createGatewayClient, RunHistory } from './dist/index.js';
    import './dist/element.js';
    const client = createGatewayClient({ url: '/graphql', getToken: () => null });
    console.log(renderToString(createElement(RunHistory, { client, className: 'mine' })));`,
  );
  const { stdout } = await run(process.execPath, [script]);
  expect(stdout.trim()).toBe('<div class="rh-host mine"></div>');
});
