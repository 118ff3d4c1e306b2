import { readFileSync } from 'node:fs';

// Whoever imports this first runs on a Node.js that will do. An older one would take what it lacks for a mistake of a request.
const PACKAGE = new URL('../package.json', import.meta.url);
const { engines } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as {
  readonly engines: { readonly node: string };
};
const needed = /\d+/.exec(engines.node)?.[0] ?? '';
const { node: present } = process.versions;

if (Number.parseInt(present) < Number(needed)) {
  process.stderr.write(`refold-gateway needs Node.js ${needed} or later, and this is ${present}\n`);
  process.exit(1);
}
