import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { emptyFolder } from './empty-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = 'packages/run-history';
const run = promisify(execFile);

/** The environment, without what npm and Jest have put there for this process. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !/^(?:npm_|JEST_|NODE_ENV$|INIT_CWD$)/i.test(key)),
);

/** Runs npm in a folder, as if by hand. */
export async function npm(folder: string, words: readonly string[]): Promise<void> {
  await run('npm', words, { cwd: folder, env: ENV });
}

let packed: Promise<string> | undefined;

/** The package as it is published, built and packed once for the tests of a file; answers where the tarball is. */
export function packedPackage(): Promise<string> {
  return (packed ??= pack());
}

/** In a copy, since another test may build at the same time. */
async function pack(): Promise<string> {
  const copy = await emptyFolder('packed');
  for (const name of ['tsconfig.json', 'tsconfig.pages.json', FOLDER]) {
    await cp(path.join(ROOT, name), path.join(copy, name), {
      recursive: true,
      filter: (source) => !/\/(?:dist|node_modules)$/.test(source),
    });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
  const folder = path.join(copy, FOLDER);
  await npm(folder, ['run', 'build']);
  const tarballs = path.join(copy, 'tarballs');
  await mkdir(tarballs);
  await npm(folder, ['pack', '--pack-destination', tarballs]);
  const [tarball = ''] = await readdir(tarballs);
  return path.join(tarballs, tarball);
}
