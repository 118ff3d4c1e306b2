import { once } from 'node:events';
import { expect } from '@jest/globals';
import { eventually, inTime } from '../../support/eventually.ts';
import { failedRun, startOver } from '../../support/failing-upstream.ts';
import { startGate } from '../../support/gate.ts';
import { DEMO } from '../../support/gateway.ts';
import { clientOf, closeClients, closedFor, headOf, requestOf } from '../../support/slow-clients.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const LIST = '{ executions { totalCount } }';

/** Asks, and leaves when told to. */
function leaver(endpoint: string) {
  const leaving = new AbortController();
  const headers = { 'content-type': 'application/json', ...DEMO };
  const asking = fetch(endpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: LIST }),
    signal: leaving.signal,
  }).catch(() => null);
  return async () => {
    leaving.abort();
    await asking;
  };
}

async function leavesAlone(world: World) {
  const gate = await startGate();
  const { endpoint } = await world.gateway({ upstreamUrl: gate.url });
  const leave = leaver(endpoint);
  await gate.until(() => gate.held.length === 1);
  await world.timed(async () => {
    await leave();
    await gate.until(() => gate.held[0]?.isWaiting === false);
  });
  return { retries: gate.held.length - 1 };
}

async function leavesAnother(world: World) {
  const gate = await startGate();
  const { endpoint, url, query } = await world.gateway({ upstreamUrl: gate.url });
  const staying = query(LIST);
  await gate.until(() => gate.held.length === 1);
  const leave = leaver(endpoint);
  await eventually('two operations', async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes('refold_gateway_operations_in_progress 2'),
  );
  await leave();
  await eventually('one operation', async () =>
    (await (await fetch(`${url}/metrics`)).text()).includes('refold_gateway_operations_in_progress 1'),
  );
  expect(gate.held[0]?.isWaiting).toBe(true);
  gate.held[0]?.answer();
  const answer = await world.timed(() => staying);
  expect(answer.data).toEqual({ executions: { totalCount: 1 } });
  return { retries: gate.held.length - 1 };
}

/** How long a client may be slow by one setting, where that is not its own default. */
function timeIn({ isTimed }: World, setting: 'REQUEST_TIMEOUT_MS' | 'UNREAD_TIMEOUT_MS') {
  return isTimed ? {} : { [setting]: '60' };
}

/** A client that sends this, and then a byte now and then, gets 408; somebody else gets an answer meanwhile. */
async function drips(world: World, said: string) {
  const { url, query } = await world.gateway({ env: timeIn(world, 'REQUEST_TIMEOUT_MS') });
  const client = clientOf(url, said);
  const dripping = setInterval(() => said !== '' && client.write(' '), world.isTimed ? 1000 : 10);
  world.onEnd(() => {
    clearInterval(dripping);
    closeClients();
  });
  const [neighbour, told] = await Promise.all([
    query(LIST),
    world.timed(() => inTime('a refusal', once(client.resume(), 'data'))) as Promise<[Buffer]>,
  ]);
  expect(neighbour.errors).toEqual([]);
  expect(told[0].toString()).toMatch(/^HTTP\/1\.1 408 /);
  return { retries: 0 };
}

const slow = (fault: string, said: string): Row => ({
  number: '23',
  fault,
  right: '408, and others are unharmed',
  retries: 0,
  boundMs: 15_500,
  run: (world) => drips(world, said),
});

const BIG = requestOf('{ executions { nodes { nodes { output(maxBytes: 1048576) } } } }');

async function readsNothing(world: World) {
  const run = failedRun(1, { text: 'x'.repeat(1_000_000) });
  const { url, query } = await startOver([run], { env: timeIn(world, 'UNREAD_TIMEOUT_MS') });
  world.onEnd(closeClients);
  for (let nth = 0; nth < 5; nth++) clientOf(url, BIG.repeat(16));
  await world.timed(async () => {
    expect((await query('{ executions { nodes { id } } }')).errors).toEqual([]);
    await eventually('all to be closed', async () => (await closedFor(url))['unread'] === 5);
  });
  return { retries: 0 };
}

async function idle(world: World) {
  const { url, query } = await world.gateway();
  world.onEnd(closeClients);
  const clients = Array.from({ length: world.isTimed ? 2000 : 200 }, () => clientOf(url));
  await Promise.all(clients.map((client) => once(client, 'connect')));
  const answer = await world.timed(() => query(LIST));
  expect(answer.errors).toEqual([]);
  return { retries: 0 };
}

/** Clients that leave, or are slow. */
export const CLIENTS: readonly Row[] = [
  {
    number: '22',
    fault: 'the only one who waits leaves',
    right: 'the call is called off',
    retries: 0,
    boundMs: 100,
    run: leavesAlone,
  },
  {
    number: '22',
    fault: 'one of two who wait leaves',
    right: 'the other one gets the answer of the one call',
    retries: 0,
    boundMs: 100,
    run: leavesAnother,
  },
  slow('nothing after the connection', ''),
  slow('a head byte by byte', 'POST /graphql HTTP/1.1\r\nhost: gateway\r\nx-slow: '),
  slow('a body byte by byte', `${headOf(10_000)}{`),
  {
    number: '23',
    fault: 'five clients that read none of many answers',
    right: 'they are closed, and others are unharmed',
    retries: 0,
    // 15 seconds from the last byte that is taken: before it, the system takes answers for them that have to be made.
    boundMs: 20_000,
    run: readsNothing,
  },
  {
    number: '23',
    fault: 'idle connections, two thousand of them',
    right: 'others are unharmed',
    retries: 0,
    boundMs: 500,
    run: idle,
  },
];
