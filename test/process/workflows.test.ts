import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly uses?: string;
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const PATHS = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();
const WORKFLOWS = PATHS.map((path) => ({ path, text: textOf(path), ...(parse(textOf(path)) as Workflow) }));
const STEPS = WORKFLOWS.flatMap(({ path, jobs }) =>
  Object.entries(jobs).flatMap(([job, { steps = [] }]) =>
    steps.map((step) => ({ place: `${path}: ${job}`, ...step })),
  ),
);
const RUNS = STEPS.flatMap(({ place, run }) => (run === undefined ? [] : [{ place, run }]));

const { scripts, devDependencies } = JSON.parse(textOf('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
};

test('there is one to test and one to release, which tests first', () => {
  expect(PATHS).toEqual(['.github/workflows/ci.yml', '.github/workflows/release.yml']);
  const release = WORKFLOWS.at(-1)?.jobs ?? {};
  expect(release['test']?.uses).toBe('./.github/workflows/ci.yml');
  expect(Object.entries(release).map(([name, { needs }]) => [name, needs])).toEqual([
    ['test', undefined],
    ['pack', 'test'],
    ['image', 'pack'],
    ['npm', 'image'],
    ['release', 'npm'],
  ]);
});

describe('the workflows', () => {
  test('run what there is', () => {
    const commands = RUNS.map(({ run }) => run).join('\n');
    const run = [...commands.matchAll(/npm run (?:--\S+ )*([\w:]+)(?: --workspace (\S+))?/g)];
    expect(run.length).toBeGreaterThan(1);
    const missing = run.filter(([, script = '', folder]) => {
      const manifest = folder === undefined ? null : textOf(`${folder}/package.json`);
      const known =
        manifest === null ? scripts : (JSON.parse(manifest) as { scripts: typeof scripts }).scripts;
      return !(script in known);
    });
    expect(missing).toEqual([]);
    expect(commands).toContain('.ci/run');
  });

  test('name no host of a registry: those are variables', () => {
    for (const { text, path } of WORKFLOWS) {
      const hosts = text.match(/\b[\w-]+(?:\.[\w-]+)*\.(?:io|org|com|net|dev|cloud)\b/g) ?? [];
      expect([path, hosts]).toEqual([path, []]);
    }
  });

  test('have no secrets, and need none', () => {
    for (const { text } of WORKFLOWS) expect(text).not.toMatch(/secrets\b(?=[.[])/);
  });

  test('put nothing into a command that somebody else may have written', () => {
    expect(RUNS.filter(({ run }) => run.includes('${{'))).toEqual([]);
  });

  test('use actions by what they are, not by a name that can be moved', () => {
    const used = WORKFLOWS.flatMap(({ text }) => text.match(/(?<=uses: )(?!\.\/).+$/gm) ?? []);
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual(
      [],
    );
  });

  test('may do what they have to, and end in time', () => {
    const [ci, release] = WORKFLOWS;
    expect([ci?.permissions, release?.permissions]).toEqual([{ contents: 'read' }, {}]);
    const writing = Object.entries(release?.jobs ?? {}).map(([name, { permissions = {} }]) => [
      name,
      Object.keys(permissions).filter((one) => permissions[one] === 'write'),
    ]);
    expect(Object.fromEntries(writing)).toEqual({
      test: [],
      pack: ['id-token'],
      image: ['packages', 'id-token'],
      npm: ['id-token'],
      release: ['contents'],
    });
    const endless = WORKFLOWS.flatMap(({ jobs }) => Object.values(jobs)).filter(
      (job) => job.uses === undefined && job['timeout-minutes'] === undefined,
    );
    expect(endless).toEqual([]);
  });

  test('run on the Node of the project', () => {
    const versions = STEPS.flatMap(({ with: { 'node-version': version } = {} }) => version ?? []);
    expect(new Set(versions)).toEqual(new Set([devDependencies['node']]));
  });
});
