import { spawnSync } from 'node:child_process';
import process from 'node:process';

// A newcomer's first `npm test` must not fail for want of a server; CI installs them.
const isCi = 'CI' in process.env;
const missing = [
  ['Redis', 'redis-server', '--version', 'redis\\.test\\.ts$'],
  ['a balancer', 'haproxy', '-v', 'haproxy\\.test\\.ts$'],
  ['Prometheus', 'promtool', '--version', '(?:promtool|prometheus-redis)\\.test\\.ts$'],
  ['a proxy', 'nginx', '-v', 'nginx\\.test\\.ts$'],
  ['pages in a browser', 'chromium', '--version', '/test/(?:pages|examples)/'],
  // Debian's is too old for what is deployed, so CI has it or does without.
  ['manifests', 'kubectl', 'help', 'kustomize\\.test\\.ts$'],
].filter(
  ([, program, argument]) => (!isCi || program === 'kubectl') && spawnSync(program, [argument]).status !== 0,
);
for (const [what, program] of missing) {
  process.stderr.write(`The tests with ${what} are left out: install ${program} to run them.\n`);
}

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Tests await events. How long that may take says something about the machine, not about the code.
  testTimeout: 300_000,
  // Jest would leave a core idle: on two of them it would use one.
  maxWorkers: '100%',
  // Modules of a test file are never let go of: a worker that has run dozens of files would run out of memory.
  workerIdleMemoryLimit: '1GB',
  // A process of that size takes a while to end on a busy machine. What is left open keeps it for longer than that.
  workerGracefulExitTimeout: 30_000,
  globalSetup: '<rootDir>/test/support/setup.js',
  testSequencer: '<rootDir>/test/support/sequencer.js',
  reporters: ['default', ...(isCi ? ['<rootDir>/test/support/no-skipped-tests.js'] : [])],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...missing.map(([, , , files]) => files)],
  extensionsToTreatAsEsm: ['.ts'],
  // The package from the sources of this checkout, as `paths` of tsconfig.json has it.
  moduleNameMapper: { '^@refold-gateway/run-history/(.+)$': '<rootDir>/packages/run-history/src/$1.ts' },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2024' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
