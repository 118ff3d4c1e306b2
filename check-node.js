import { readFileSync } from 'node:fs';
import process from 'node:process';
import { URL } from 'node:url';

// The project brings its own Node as a dev dependency. Where that could not be installed, npm runs the scripts on the
// Node of the machine: say so, before an older one fails with something that explains nothing.
const { engines } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
const needed = Number(/\d+/.exec(engines.node)?.[0]);

if (Number.parseInt(process.versions.node) < needed) {
  process.stderr.write(
    `This needs Node ${needed}, and runs on ${process.versions.node}.
The project brings its own, but that is not installed: npm may be set to ignore scripts, or to omit dev dependencies.
Run "npm ci --include=dev --ignore-scripts=false", or install Node ${needed}.
`,
  );
  process.exitCode = 1;
}
