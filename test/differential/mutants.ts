import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { mutate } from './mutate.ts';
import { MUTANTS, type Mutant } from './mutant-list.ts';

/*
 * Breaks copies of the gateway, each in one place, and runs the differential test against each of them. Says which
 * of them it does not find.
 */

/** What the differential test needs of the project. */
const PARTS = ['src', 'schema', 'package.json', 'test/differential'];
/** The exit code of the differential test that has found a wrong answer. */
const FOUND = 2;
/** How many questions each mutant is asked at most. */
const CASES = '3000';

async function runMutant(mutant: Mutant): Promise<number | null> {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    for (const part of PARTS) await cp(part, join(folder, part), { recursive: true });
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const file = join(folder, mutant.file);
    await writeFile(file, mutate(mutant, await readFile(file, 'utf8')));
    const env = { DIFFERENTIAL: CASES, DIFFERENTIAL_COMPLAINTS: '1', ...process.env };
    const child = spawn(process.execPath, ['test/differential/main.ts'], {
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
  const verdict = code === FOUND ? 'killed' : code === 0 ? 'SURVIVED' : `did not run (${String(code)})`;
  console.log(`${verdict}: ${mutant.name}`);
  if (code !== FOUND) process.exitCode = 1;
}
