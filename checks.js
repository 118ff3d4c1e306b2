import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import process from 'node:process';

/** What `npm test` checks before the tests, each a script of its own, the longest first. */
const CHECKS = [
  'lint',
  'typecheck',
  'format',
  'spelling',
  'unused',
  'codegen:check',
  'lint:image',
  'lint:compose',
];

/** Runs a script; answers whether it went well. What it prints comes at once when it ends, so that none mixes with another. */
function check(name) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] });
    const printed = [];
    child.stdout.on('data', (chunk) => printed.push(chunk));
    child.stderr.on('data', (chunk) => printed.push(chunk));
    child.on('close', (code) => {
      process.stdout.write(`${code === 0 ? 'Passed' : 'FAILED'}: npm run ${name}\n`);
      if (code !== 0) process.stdout.write(Buffer.concat(printed));
      resolve(code === 0);
    });
  });
}

const waiting = [...CHECKS];
let isGood = true;
/** Most of them keep one processor busy, so there are as many at a time. */
async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    isGood = (await check(name)) && isGood;
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, work));
process.exitCode = isGood ? 0 : 1;
