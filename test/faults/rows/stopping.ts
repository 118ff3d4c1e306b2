import { once } from 'node:events';
import { Agent, request, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { startBalancer } from '../../support/balancer.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { DEMO } from '../../support/gateway.ts';
import { killAll, startMain, untilClosed } from '../../support/gateway-process.ts';
import { numbers } from '../../support/numbers.ts';
import { ANY_RATE, UNHURRIED } from '../../support/settings.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

const RUNS = 'query ($number: Int!) { executions(page: { number: $number, size: 10 }) { totalCount } }';
/** What is asked is what stopping does: nothing is to run into a limit of time or load beside it. */
const UNLIMITED = { ...UNHURRIED, OVERLOAD_AFTER_MS: '0' };

/** What came of a question: 'answered', or what else. */
function ask(url: string, number: number, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', ...DEMO };
    const sent = request(`${url}/graphql`, { method: 'POST', headers, agent }, (response) => {
      json(response).then(
        (body) => {
          const { errors = [] } = body as { errors?: { extensions: { code: string } }[] };
          const [code] = errors.map(({ extensions }) => extensions.code);
          resolve(
            code ?? (response.statusCode === 200 ? 'answered' : `status ${String(response.statusCode)}`),
          );
        },
        () => {
          resolve(`status ${String(response.statusCode)}`);
        },
      );
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code ?? error.message);
    });
    sent.end(JSON.stringify({ query: RUNS, variables: { number } }));
  });
}

/** How many answers there are of each kind. */
function countsOf(answers: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(answers, (answer) => answer)].map(([kind, all]) => [kind, all.length]),
  );
}

/** A request that upstream holds. */
interface Held {
  readonly path: string;
  readonly response: ServerResponse;
}

/** An upstream that keeps everybody waiting until it is told to answer; then it answers all at once. */
async function startPatientUpstream(world: World) {
  let isAnswering = false;
  const held: Held[] = [];
  const answer = ({ path, response }: Held) => {
    const { searchParams } = new URL(path, 'http://upstream');
    const page = { docs: [], totalDocs: 0, limit: 10, page: Number(searchParams.get('page')) };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(page));
  };
  const url = await world.server(({ url: path = '' }, response) => {
    held.push({ path, response });
    if (isAnswering) answer({ path, response });
  });
  return {
    url,
    held,
    answerAll: () => {
      isAnswering = true;
      held.forEach(answer);
    },
  };
}

const IN_FLIGHT = 500;

/** Stops a process to which so many have sent a request that is not answered yet. */
async function stopsWhileBusy(world: World) {
  const upstream = await startPatientUpstream(world);
  world.onEnd(killAll);
  const env = {
    UPSTREAM_URL: upstream.url,
    ...ANY_RATE,
    ...UNLIMITED,
  };
  const { child, exited, url } = await startMain(env);
  const agent = agentOf(world);
  const asking = numbers(1, IN_FLIGHT).map((number) => ask(url, number, agent));
  await eventually('upstream to be busy', () => upstream.held.length > 100);
  // Whoever is let in after them is answered after they have been read.
  for (let turn = 0; turn < 3; turn++) await (await fetch(`${url}/health/live`)).text();
  await world.timed(async () => {
    child.kill('SIGTERM');
    await untilClosed(url);
    upstream.answerAll();
    expect(countsOf(await Promise.all(asking))).toEqual({ answered: IN_FLIGHT });
    expect(await exited).toEqual([0, null]);
  });
  return { retries: upstream.held.length - IN_FLIGHT };
}

/** Stops a gateway that somebody has connected to and asked nothing. */
async function stopsWhileSilent(world: World) {
  const { app, url } = await world.gateway();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  world.onEnd(() => socket.destroy());
  await once(socket, 'connect');
  // By then the gateway knows of it.
  await (await fetch(`${url}/health/live`)).text();
  await world.timed(() => app.stop());
  return { retries: 0 };
}

function agentOf(world: World): Agent {
  const agent = new Agent({ keepAlive: true });
  world.onEnd(() => {
    agent.destroy();
  });
  return agent;
}

const EACH = 20;

/** Kills one of two replicas while both have requests in flight. */
async function losesOneReplica(world: World) {
  const upstream = await startPatientUpstream(world);
  world.onEnd(killAll);
  const env = { ...ANY_RATE, ...UNLIMITED };
  const lost = await startMain({ ...env, UPSTREAM_URL: `${upstream.url}/lost` });
  const left = await startMain({ ...env, UPSTREAM_URL: `${upstream.url}/left` });
  const balancer = await startBalancer([lost.url, left.url]);
  world.onEnd(() => balancer.stop());
  const agent = agentOf(world);

  const asking = numbers(1, 2 * EACH).map((number) => ask(balancer.url, number, agent));
  await eventually('all to be in flight', () => upstream.held.length === 2 * EACH);
  const inFlight = upstream.held.filter(({ path }) => path.startsWith('/lost')).length;
  expect(inFlight).toBeGreaterThan(0);
  lost.child.kill('SIGKILL');
  await lost.exited;
  upstream.answerAll();
  const after = numbers(1, EACH).map((number) => ask(balancer.url, 1000 + number, agent));
  expect(countsOf(await Promise.all(asking))).toEqual({
    answered: 2 * EACH - inFlight,
    'status 502': inFlight,
  });
  expect(countsOf(await Promise.all(after))).toEqual({ answered: EACH });
  return { retries: upstream.held.length - 3 * EACH };
}

const MANY = 50_000;

/** Restarts two replicas in turn, while clients ask without a pause. */
async function restartsInTurn(world: World, clientCount: number, least: number) {
  const sandbox = await world.sandbox();
  world.onEnd(killAll);
  const start = (port: number) =>
    startMain({
      ...ANY_RATE,
      ...UNLIMITED,
      LOG_LEVEL: 'info',
      PORT: String(port),
      UPSTREAM_URL: sandbox.url,
      CACHE_LIST_MS: '3600000',
      SHUTDOWN_DELAY_MS: '2000',
    });
  const ports = [await freePort(), await freePort()];
  const replicas = [];
  for (const port of ports) replicas.push({ port, running: await start(port) });
  const balancer = await startBalancer(replicas.map(({ running }) => running.url));
  world.onEnd(() => balancer.stop());
  const agent = agentOf(world);

  const answers: string[] = [];
  let isOver = false;
  // Where the row fails nobody goes on asking.
  world.onEnd(() => {
    isOver = true;
  });
  const client = async () => {
    while (!isOver) answers.push(await ask(balancer.url, 1, agent));
  };
  const clients = numbers(1, clientCount).map(client);
  for (const { port, running } of replicas) {
    const until = answers.length + least / 4;
    await eventually(
      () => `clients to be served, of whom ${JSON.stringify(countsOf(answers))} were`,
      () => answers.length > until,
    );
    running.child.kill('SIGTERM');
    expect(await running.exited).toEqual([0, null]);
    await start(port);
    await balancer.untilUp(2);
  }
  await eventually('clients to be served to the end', () => answers.length >= least);
  isOver = true;
  await Promise.all(clients);
  expect(countsOf(answers)).toEqual({ answered: answers.length });
  return { retries: 0 };
}

/** Replicas stop, in order or not. */
export const STOPPING: readonly Row[] = [
  {
    number: '24',
    fault: `SIGTERM with ${String(IN_FLIGHT)} in flight`,
    right: 'every answer is given, and none is an error',
    retries: 0,
    boundMs: 10_000,
    run: stopsWhileBusy,
  },
  {
    number: '24',
    fault: 'SIGTERM with connections over which nothing has come',
    right: 'nobody waits for them',
    retries: 0,
    boundMs: 1000,
    run: stopsWhileSilent,
  },
];

/** Those that need a balancer. */
export const REPLICAS: readonly Row[] = [
  {
    number: '25',
    fault: 'SIGKILL of one of two replicas',
    right: 'only what it had in flight fails',
    retries: 0,
    boundMs: null,
    run: losesOneReplica,
  },
  {
    number: '25',
    fault: 'two replicas are restarted in turn',
    right: 'nothing fails',
    retries: 0,
    boundMs: null,
    run: (world) => restartsInTurn(world, 2, 200),
  },
  {
    number: '25',
    fault: `two replicas are restarted in turn, under ${MANY.toLocaleString('en')} requests`,
    right: 'nothing fails',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: (world) => restartsInTurn(world, 16, MANY),
  },
];
