import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/types.md'), 'utf8');
const blockOf = (language: string) =>
  new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(PAGE)?.[1] ?? '';

/** A client's project. */
const project = mkdtempSync(join(tmpdir(), 'client-types-'));
const run = (program: string, ...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd: project,
    encoding: 'utf8',
  });

/** What a client writes that takes the types at their word. */
const USE = `
import { FailedRunsDocument, type FailedRunsQuery, type FailedRunsQueryVariables } from './gateway.ts';
export const variables: FailedRunsQueryVariables = { since: '2023-10-01' };
export const definitions: number = FailedRunsDocument.definitions.length;
type Node = NonNullable<NonNullable<NonNullable<FailedRunsQuery['executions']>['nodes']>[number]>;
export const idOf = ({ id }: Node): string => id;
export const startOf = ({ createdAt }: Node): number => Date.parse(createdAt ?? '');
`;

const CHECK = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions'];
const RESOLVE = ['--module', 'esnext', '--moduleResolution', 'bundler', '--ignoreConfig'];
const check = (text: string) => {
  writeFileSync(join(project, 'src/use.ts'), text);
  return run('typescript/bin/tsc', ...CHECK, ...RESOLVE, 'src/use.ts').stdout;
};

beforeAll(() => {
  mkdirSync(join(project, 'src'));
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  copyFileSync(join(ROOT, 'schema.graphql'), join(project, 'schema.graphql'));
  writeFileSync(join(project, 'codegen.ts'), blockOf('ts'));
  writeFileSync(join(project, 'src/failed-runs.graphql'), blockOf('graphql'));
});

afterAll(() => {
  rmSync(project, { recursive: true });
});

describe('types for clients', () => {
  test('are generated as documented, and fit what the gateway answers', () => {
    const { status, stderr, stdout } = run('@graphql-codegen/cli/esm/bin.js');
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });

    expect(check(USE)).toBe('');
    expect(check(USE.replace("'2023-10-01'", 'new Date()'))).toContain(
      "Type 'Date' is not assignable to type 'string'",
    );
  });
});
