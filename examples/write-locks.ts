import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

// Writes the lockfiles of the examples. They name this repository's package by its version, which npm cannot look up
// before it is published: so npm resolves a package with nothing but its manifest, and the name is put in its place.

const NAME = '@refold-gateway/run-history';
const MANIFEST = path.join(import.meta.dirname, '../packages/run-history/package.json');

interface Entry {
  resolved?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
}

interface Lock {
  readonly packages: Record<string, Entry>;
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function npm(folder: string, ...words: string[]): void {
  execFileSync('npm', [...words, '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function writeLock(example: string, temporary: string): void {
  const folder = path.join(import.meta.dirname, example);
  const copy = path.join(temporary, example);
  cpSync(folder, copy, { recursive: true, filter: (source) => !source.endsWith('node_modules') });
  npm(copy, 'install', '--package-lock-only', path.join(temporary, 'stub.tgz'));
  const lock = readJson(path.join(copy, 'package-lock.json')) as Lock;
  const { dependencies = {} } = readJson(path.join(folder, 'package.json')) as Entry;
  const [root, own] = [lock.packages[''], lock.packages[`node_modules/${NAME}`]];
  if (root === undefined || own === undefined) throw new Error(`npm has left ${NAME} out of ${example}`);
  root.dependencies = dependencies;
  delete own.resolved;
  delete own.integrity;
  writeFileSync(path.join(folder, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
}

const temporary = mkdtempSync(path.join(tmpdir(), 'locks-'));
try {
  const stub = path.join(temporary, 'stub');
  cpSync(MANIFEST, path.join(stub, 'package.json'));
  npm(stub, 'pack', '--ignore-scripts', '--pack-destination', temporary);
  const { version } = readJson(MANIFEST) as { readonly version: string };
  cpSync(path.join(temporary, `refold-gateway-run-history-${version}.tgz`), path.join(temporary, 'stub.tgz'));
  for (const example of ['plain-html', 'vite-apollo']) writeLock(example, temporary);
} finally {
  rmSync(temporary, { recursive: true });
}
