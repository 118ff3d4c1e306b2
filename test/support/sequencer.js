import { readFileSync, statSync } from 'node:fs';

/** What takes long by its nature: browsers, processes, many random courses. */
const LONG = /\/test\/(?:pages|examples|faults|differential|fuzz|process)\/|\/interleavings\.test/;
/** What waits for its turn: see redis-turns.js. */
const TAKES_TURNS = /support\/redis-server\.ts'/;

/**
 * Jest's `testSequencer`. What takes long begins first, so that no worker is left alone with it at the end. Files that
 * take turns are spread over the run: a worker would only wait with the next one while another has its turn.
 */
export default class LongestFirst {
  sort(tests) {
    const sizes = new Map(tests.map(({ path }) => [path, statSync(path).size]));
    const ordered = tests.toSorted(
      (one, other) =>
        Number(LONG.test(other.path)) - Number(LONG.test(one.path)) ||
        sizes.get(other.path) - sizes.get(one.path),
    );
    const takesTurns = new Map(
      ordered.map((test) => [test, TAKES_TURNS.test(readFileSync(test.path, 'utf8'))]),
    );
    const inTurn = ordered.filter((test) => takesTurns.get(test));
    const others = ordered.filter((test) => !takesTurns.get(test));
    const gap = Math.ceil(others.length / Math.max(1, inTurn.length));
    return [...inTurn.flatMap((test) => [test, ...others.splice(0, gap)]), ...others];
  }

  /** Nothing of a run is kept for the next one, in which the machine may be another. */
  cacheResults() {
    return undefined;
  }

  allFailedTests(tests) {
    return tests;
  }
}
