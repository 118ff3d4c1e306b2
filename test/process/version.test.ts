import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const read = (path: string): unknown => JSON.parse(textOf(path));

const { version } = read('package.json') as { readonly version: string };

test('the version is the same wherever it stands', () => {
  const { packages } = read('package-lock.json') as { packages: Record<string, { version?: string }> };
  const { images } = parse(textOf('deploy/kustomize/base/kustomization.yaml')) as {
    images: { newTag: string }[];
  };
  const [, newest] = /^## \[(\d[^\]]*)\] - \d{4}-\d\d-\d\d$/m.exec(textOf('CHANGELOG.md')) ?? [];
  const told = {
    package: (read('packages/run-history/package.json') as { version: string }).version,
    lockfile: packages['']?.version,
    'lockfile of the package': packages['packages/run-history']?.version,
    image: images[0]?.newTag,
    changelog: newest,
  };
  expect(told).toEqual(Object.fromEntries(Object.keys(told).map((where) => [where, version])));
});

test('the examples take the package of this version', () => {
  const manifests = globSync('examples/*/package.json', { cwd: ROOT });
  const taken = manifests.map(
    (path) =>
      (read(path) as { dependencies: Record<string, string> }).dependencies['@refold-gateway/run-history'],
  );
  expect(taken).toEqual(manifests.map(() => `^${version}`));
  expect(taken.length).toBeGreaterThan(1);
});
