import { TestEnvironment } from 'jest-environment-node';

/**
 * An environment for a suite of somebody else, of which some tests fail and are known to. The test file names them in
 * `globalThis.knownFailures`, by the path of their names. Jest takes each for `test.failing`: one that passes after all
 * fails. Tests that the suite itself leaves out are no tests here, and none has a time of its own: how long one may take says
 * something about the machine.
 */
export default class KnownFailures extends TestEnvironment {
  handleTestEvent({ name }, { rootDescribeBlock }) {
    if (name !== 'run_start') return;
    const left = new Set(this.global.knownFailures);
    for (const [path, test] of testsIn(rootDescribeBlock, [])) {
      test.timeout = undefined;
      if (test.mode === 'skip') remove(test);
      else if (left.delete(path)) test.failing = true;
    }
    if (left.size > 0) throw new Error(`There are no tests called\n${[...left].join('\n')}`);
  }
}

/** Each test of a block, with its path. */
function testsIn({ children }, above) {
  return [...children].flatMap((child) => {
    const path = [...above, child.name];
    return child.type === 'test' ? [[path.join(' > '), child]] : testsIn(child, path);
  });
}

function remove(test) {
  for (const list of [test.parent.children, test.parent.tests]) list.splice(list.indexOf(test), 1);
}
