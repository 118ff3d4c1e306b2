import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

const { packages } = read('package-lock.json') as { packages: Record<string, Entry> };
/** All that is installed, by its path; what lies in this repository itself is not. */
const INSTALLED = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
);

/** What a package at this path finds by that name, as Node.js looks for it; null: it is not installed. */
function installedFor(path: string, name: string): string | null {
  const found = join(path, 'node_modules', name);
  if (found in packages) return found;
  return path === ''
    ? null
    : installedFor(path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1)), name);
}

/** What the image has: all that the gateway itself needs, not what the packages beside it do. */
function reachedFrom(path: string, reached = new Set<string>()): Set<string> {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[path] ?? {};
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  for (const name of names.filter((one) => peerDependenciesMeta?.[one]?.optional !== true)) {
    const found = installedFor(path, name);
    if (found === null || reached.has(found)) continue;
    reached.add(found);
    reachedFrom(found, reached);
  }
  return reached;
}

const REACHED = reachedFrom('');
/** What is in the image. */
const SHIPPED = INSTALLED.filter(([path]) => REACHED.has(path));
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

type Versions = Readonly<Record<string, string>>;

const MANIFEST = read('package.json') as {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly overrides: Readonly<Record<string, string | Versions>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
};

describe('the lockfile', () => {
  // A checker that passes entries over which have no hash would find nothing wrong where none had any.
  test('has a hash for every package, and no place that it has to come from', () => {
    expect(INSTALLED.length).toBeGreaterThan(900);
    const unsound = INSTALLED.filter(
      ([, { version, integrity, resolved }]) =>
        !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version ?? '') ||
        !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') ||
        resolved !== undefined,
    );
    expect(unsound.map(([path]) => path)).toEqual([]);
  });

  test('is of a manifest that names exact versions', () => {
    const { dependencies, devDependencies, overrides } = MANIFEST;
    const listed: Versions = { ...dependencies, ...devDependencies };
    // One may be for the packages of a package, and say that it is the one that the manifest lists.
    const overridden = Object.values(overrides).flatMap((one) =>
      typeof one === 'string' ? one : Object.values(one),
    );
    const versions = [...Object.values(listed), ...overridden].map((version) =>
      version.startsWith('$') ? listed[version.slice(1)] : version,
    );
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });

  test('has no package with an install script that nobody has decided on', () => {
    const withScript = INSTALLED.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(withScript.map(([path]) => nameOf(path)).sort()).toEqual(
      Object.keys(MANIFEST.allowScripts).sort(),
    );
  });
});

/** Licences that let the image be passed on with no more than a notice. */
const ALLOWED = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
];

/** Whether an SPDX expression, such as `(MIT OR GPL-3.0)`, can be kept with allowed licences alone. */
function isAllowed(expression: string): boolean {
  const bare = expression.replace(/^\((.*)\)$/, '$1');
  if (bare.includes(' OR ')) return bare.split(' OR ').some(isAllowed);
  return bare.split(' AND ').every((license) => ALLOWED.includes(license));
}

test.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0)', true],
  ['(MIT AND BSD-3-Clause)', true],
  ['(MIT AND GPL-3.0)', false],
  ['GPL-3.0', false],
  ['SEE LICENSE IN LICENSE', false],
  ['', false],
])('the licence %s is told to be allowed or not', (expression, allowed) => {
  expect(isAllowed(expression)).toBe(allowed);
});

test('all that ships has a licence that is allowed', () => {
  expect(SHIPPED.length).toBeGreaterThan(100);
  const others = SHIPPED.filter(([, { license = '' }]) => !isAllowed(license));
  expect(others.map(([path, { license }]) => [path, license])).toEqual([]);
});

describe('the bill of materials', () => {
  let printed = { stdout: '', stderr: '', status: null as number | null };
  beforeAll(() => {
    printed = spawnSync(process.execPath, ['sbom.js'], { cwd: ROOT, encoding: 'utf8' });
  });

  test('names all that ships, with its hash and licence, and nothing else', () => {
    expect(printed).toMatchObject({ status: 0, stderr: '' });
    const { bomFormat, metadata, components } = JSON.parse(printed.stdout) as {
      bomFormat: string;
      metadata: { component: { name: string; type: string } };
      components: { name: string; version: string; hashes: unknown[]; licenses: unknown[] }[];
    };
    expect([bomFormat, metadata.component.name, metadata.component.type]).toEqual([
      'CycloneDX',
      'refold-gateway',
      'application',
    ]);
    const named = components.map(({ name, version }) => `${name}@${version}`);
    const shipped = SHIPPED.map(([path, { version = '' }]) => `${nameOf(path)}@${version}`);
    expect(new Set(named)).toEqual(new Set(shipped));
    const complete = components.filter(
      ({ hashes, licenses }) => hashes.length === 1 && licenses.length === 1,
    );
    expect(complete).toHaveLength(components.length);
  });

  test('says nothing of the machine that printed it', () => {
    expect(printed.stdout).not.toBe('');
    for (const place of [ROOT, tmpdir(), 'localhost', '127.0.0.1', 'registry', '"distribution"']) {
      expect(printed.stdout).not.toContain(place);
    }
  });
});
