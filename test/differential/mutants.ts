import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { mutate } from './mutate.ts';
import { MUTANTS, type Mutant } from './mutant-list.ts';

/*
 * Breaks copies of the gateway, each in one place, and runs the test that must find it against each of them. Says which
 * of them it does not find.
 */

/** How a test is run, and how its process ends when it has found something wrong. */
interface Finder {
  /** What it needs of the project. */
  readonly parts: readonly string[];
  readonly command: readonly string[];
  readonly found: number;
}

/** How many questions each mutant is asked at most. */
const CASES = '3000';

const DIFFERENTIAL: Finder = {
  parts: ['src', 'schema', 'package.json', 'test/differential', 'test/support'],
  command: ['test/differential/main.ts'],
  found: 2,
};

/** A test of jest. */
function testIn(...named: string[]): Finder {
  return {
    parts: ['src', 'schema', 'package.json', 'jest.config.js', 'sandbox', 'test'],
    command: ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...named, '--forceExit'],
    found: 1,
  };
}

const FINDERS: Readonly<Record<NonNullable<Mutant['foundBy']>, Finder>> = {
  'the rows of eight accounts': testIn('test/faults/live.test.ts', '--testNamePattern=row 38'),
  'the answers of eight accounts': testIn('test/answers/isolation.test.ts'),
};

function finderOf({ foundBy }: Mutant): Finder {
  return foundBy === undefined ? DIFFERENTIAL : FINDERS[foundBy];
}

async function runMutant(mutant: Mutant): Promise<number | null> {
  const { parts, command } = finderOf(mutant);
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    for (const part of parts) await cp(part, join(folder, part), { recursive: true });
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, mutant.file);
    await writeFile(file, mutate(mutant, await readFile(file, 'utf8')));
    const env = { DIFFERENTIAL: CASES, DIFFERENTIAL_COMPLAINTS: '1', ...process.env };
    const child = spawn(process.execPath, command, {
      cwd: folder,
      env,
      stdio: 'ignore',
    });
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const wanted = process.argv.slice(2).join(' ');
for (const mutant of MUTANTS.filter(({ name }) => name.includes(wanted))) {
  const code = await runMutant(mutant);
  const { found } = finderOf(mutant);
  const verdict = code === found ? 'killed' : code === 0 ? 'SURVIVED' : `did not run (${String(code)})`;
  console.log(`${verdict}: ${mutant.name}`);
  if (code !== found) process.exitCode = 1;
}
