import process from 'node:process';

/** A reporter for CI: a run in which a test was left out has failed. */
export default class NoSkippedTests {
  #error;

  onRunComplete(_contexts, { numPendingTests, numTodoTests }) {
    const count = numPendingTests + numTodoTests;
    if (count === 0) return;
    this.#error = new Error(`${String(count)} tests were left out, which CI does not allow`);
    process.stderr.write(`\n${this.#error.message}\n`);
  }

  /** Asked by Jest after the run. */
  getLastError() {
    return this.#error;
  }
}
