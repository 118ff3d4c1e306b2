import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { killAll, startMain } from '../support/gateway-process.ts';

afterEach(killAll);

const TELLER = fileURLToPath(new URL('../support/loaded-modules.js', import.meta.url));
/** What is loaded only where it is on. */
const OPTIONAL = [
  '@apollo/subgraph',
  '@apollo/server/plugin/usageReporting',
  '@apollo/server/plugin/schemaReporting',
];
const STUDIO = {
  APOLLO_KEY: 'service:a:b',
  APOLLO_GRAPH_REF: 'a@b',
  APOLLO_USAGE_URL: 'http://127.0.0.1:1',
  APOLLO_SCHEMA_REPORTING: 'false',
};

test.each([
  ['nothing of both', {}, []],
  ['what makes it a subgraph', { FEDERATION: 'true' }, OPTIONAL.slice(0, 1)],
  ['what reports to Apollo Studio', STUDIO, OPTIONAL.slice(1)],
])('what is loaded is what is on: %s', async (_what, env, expected) => {
  const { child } = await startMain(env, TELLER);
  const told = once(child, 'message');
  child.send('tell');
  const [loaded] = (await told) as [string[]];
  expect(OPTIONAL.filter((name) => loaded.includes(name))).toEqual(expected);
});
