import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type Sandbox } from '../../sandbox/server.ts';
import { killAll, spawnMain, whereItListens, type Spawned } from '../support/gateway-process.ts';
import { JSON_TYPE, post } from '../support/http.ts';
import type { WorkDone } from '../support/work-counter.ts';

/** Operations that are counted, and those before them, after which nothing happens for the first time. */
const COUNTED = 10;
const BEFORE = 5;
const ACCOUNTS = 400;
const COUNTER = fileURLToPath(new URL('../support/work-counter.ts', import.meta.url));

/** Nothing is refused, and nothing grows old, however busy the machine is. */
const PATIENT = {
  UPSTREAM_RATE_PER_SECOND: '100000',
  UPSTREAM_BURST: '100000',
  UPSTREAM_TIMEOUT_MS: '60000',
  OPERATION_TIMEOUT_MS: '60000',
  OVERLOAD_AFTER_MS: '0',
  CACHE_LIST_MS: '3600000',
  CACHE_RUNNING_MS: '3600000',
  CACHE_WORKFLOW_MS: '3600000',
  CACHE_APPLICATION_MS: '3600000',
};

const PLAIN = 'id name status createdAt completedAt durationMs source type environment';
const EMBEDDED = `${PLAIN} workflow { id name icon } application { id name icon }`;
const LOOKED_UP = `${PLAIN}
  workflow { id name icon description slug published version environment createdAt updatedAt }
  application { id name icon slug description type authType tags connected reauthRequired }`;

/** A list of ten runs with these fields. */
function listOf(fields: string) {
  const query = `query Runs($page: PageInput) {
    executions(page: $page) { totalCount pageInfo { hasNextPage } nodes { ${fields} } }
  }`;
  return { query, variables: { page: { number: 1, size: 10 } } };
}

let sandbox: Sandbox;
let gateway: Spawned;
let endpoint: string;
let account = 3;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, accounts: ACCOUNTS, executions: 30, rate: 0, arrivals: 0 });
  gateway = spawnMain({ ...PATIENT, PORT: '0', NODE_ENV: 'production', UPSTREAM_URL: sandbox.url }, COUNTER);
  endpoint = `${await whereItListens(gateway, () => undefined)}/graphql`;
});

afterAll(async () => {
  await killAll();
  await sandbox.stop();
});

async function take(): Promise<WorkDone> {
  gateway.child.send('take');
  const [done] = (await once(gateway.child, 'message')) as [WorkDone];
  return done;
}

/** What one operation does: for a caller of its own each time, or for the same one. */
async function workOf(operation: object, isCold: boolean): Promise<WorkDone> {
  account += 1;
  const ask = async () => {
    if (isCold) account += 1;
    const headers = { ...JSON_TYPE, authorization: `Bearer session-${String(account)}` };
    const { text } = await post(endpoint, JSON.stringify(operation), headers);
    expect(JSON.parse(text)).not.toHaveProperty('errors');
  };
  for (let time = 0; time < BEFORE; time++) await ask();
  await take();
  for (let time = 0; time < COUNTED; time++) await ask();
  const { promises, steps, timers } = await take();
  return { promises: promises / COUNTED, steps: steps / COUNTED, timers: timers / COUNTED };
}

/**
 * What it did when it was last looked at, and a little more: these are counts, which are the same on every machine. Who
 * makes it less lowers them; who has to do more, and knows what for, raises them.
 */
const AT_MOST: readonly [what: string, operation: object, isCold: boolean, atMost: WorkDone][] = [
  ['a list that is new', listOf(EMBEDDED), true, { promises: 130, steps: 9900, timers: 4 }],
  ['one with all look-ups', listOf(LOOKED_UP), true, { promises: 520, steps: 23_800, timers: 6 }],
  ['a list that is remembered', listOf(EMBEDDED), false, { promises: 0, steps: 265, timers: 1.5 }],
  ['one with all look-ups, remembered', listOf(LOOKED_UP), false, { promises: 0, steps: 325, timers: 1.5 }],
  ['next to nothing', { query: '{ __typename }' }, false, { promises: 59, steps: 1340, timers: 3 }],
];

describe('no operation does more than it did', () => {
  test.each(AT_MOST)('%s', async (_what, operation, isCold, atMost) => {
    const work = await workOf(operation, isCold);
    const isMore = (['promises', 'steps', 'timers'] as const).filter((kind) => work[kind] > atMost[kind]);
    expect({ isMore, work }).toEqual({ isMore: [], work });
  });
});
