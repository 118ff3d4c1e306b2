import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The core of the server under test. */
export const SERVER_CORE = 0;
/** The core of what asks it, and of the upstream. */
export const LOAD_CORE = 1;

/** A command that runs on one core, as the arguments of `run`. */
export function pinned(
  core: number,
  command: string,
  args: readonly string[],
): [command: string, args: readonly string[]] {
  return ['taskset', ['-c', String(core), command, ...args]];
}

/** The programs that Debian's packages of the same or the given name bring. */
const PROGRAMS: readonly (readonly [program: string, flag: string, packageName: string])[] = [
  ['nginx', '-v', 'nginx'],
  ['wrk', '-v', 'wrk'],
  ['taskset', '--version', 'util-linux'],
];

/** Says in one line what is missing here; null when nothing is. */
export function whatIsMissing(): string | null {
  const missing = PROGRAMS.filter(([program, flag]) => spawnSync(program, [flag]).error !== undefined);
  if (missing.length > 0) {
    const names = missing.map(([program]) => program).join(', ');
    return `Missing: ${names}. Install them: apt-get install ${missing.map(([, , name]) => name).join(' ')}`;
  }
  return availableParallelism() < 2 ? 'Missing: a second core, for the load.' : null;
}
