import { createHook } from 'node:async_hooks';
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

/** What a process has done since it was last asked. None of it depends on how fast the machine is. */
export interface WorkDone {
  readonly promises: number;
  /** Functions and their branches and loops, each time they were gone through: those of packages too, but not of Node.js. */
  readonly steps: number;
  readonly timers: number;
}

// Loaded into a gateway in front of its own code: it tells its parent, whenever that asks. Optimised code would not count
// all that it does.
for (const flag of ['--no-opt', '--no-maglev']) setFlagsFromString(flag);

let promises = 0;
let timers = 0;
createHook({
  init: (_id, type) => {
    if (type === 'PROMISE') promises += 1;
    if (type === 'Timeout') timers += 1;
  },
}).enable();

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

/** Since they were last counted. */
async function countSteps(): Promise<number> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  return result
    .filter(({ url }) => !url.startsWith('node:') && url !== import.meta.url)
    .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges))
    .reduce((sum, { count }) => sum + count, 0);
}

process.on('message', () => {
  const counted = { promises, timers };
  void countSteps().then((steps) => {
    process.send?.({ ...counted, steps } satisfies WorkDone);
    promises = 0;
    timers = 0;
  });
});
process.channel?.unref();
