import { createServer, type RequestListener } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net';
import type { Clock } from '../../src/clock.ts';
import { createApp } from '../../src/app.ts';
import type { LoadProbe } from '../../src/http/load-probe.ts';
import type { Pages } from '../../src/http/pages.ts';
import { loadConfig } from '../../src/config.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import { createSandboxClock } from './fake-clock.ts';
import { startTestSandbox } from './sandbox.ts';
import { DIRECT } from './settings.ts';

/** A GraphQL answer. Loosely typed unless a test says what it asks for. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests say what they expect of it
export interface Answer<Data = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Record<string, unknown> & { readonly code: string };
  }[];
  readonly extensions: {
    /** Left out where the operation did not come as far as that. */
    readonly cost?: {
      readonly requested: number;
      readonly actual: number;
      readonly limit: number;
      /** Null for one who is not signed in. */
      readonly budget: Readonly<
        Record<'maximum' | 'available' | 'restorePerSecond' | 'queued', number>
      > | null;
    };
    readonly upstream: {
      readonly calls: number;
      readonly cacheHits: number;
      readonly coalesced: number;
      readonly waitedMs: number;
      readonly asOf: string | null;
    };
  };
}

/** Header sets for each way of signing in with the sandbox's fixed credentials. */
export const DEMO = { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' };
export const OTHER = { 'x-api-key': 'tk_demo', linked_account_id: 'other@example.com' };
export const DEMO_SESSION = { authorization: 'Bearer session-demo' };
export const OTHER_SESSION = { authorization: 'Bearer session-other' };

/** A gateway under test. */
export type Gateway = Awaited<ReturnType<typeof startGateway>>;

/** What a test may set up. */
export interface Setup {
  /** The sandbox's options; its rate limit is off unless set. */
  readonly sandbox?: SandboxOptions;
  /** A sandbox that other gateways are in front of, too. */
  readonly upstream?: Sandbox;
  /** Another upstream than the sandbox. */
  readonly upstreamUrl?: string;
  readonly env?: Record<string, string>;
  readonly clock?: Clock;
  /** Pages of a program that embeds the gateway. */
  readonly pages?: Pages;
  /** How much there is to do; nothing out of the way, unless told otherwise. */
  readonly loadProbe?: LoadProbe;
  /** How long a command may take before Redis counts as away, where that is not the gateway's own choice. */
  readonly redisTimeoutMs?: number;
}

/** On a real clock, how long things take says something about the machine: only a hang runs into these. */
const PATIENT = { UPSTREAM_TIMEOUT_MS: '20000', OPERATION_TIMEOUT_MS: '20000' };

/** The machine that tests run on is busy at all times. */
const CALM = { isBusy: false, waitedMs: 0, memoryShare: 0 };

const running: { stop(): Promise<void> }[] = [];

/** Stops everything that the test has started; for `afterEach`. */
export async function stopAll(): Promise<void> {
  for (const part of running.splice(0).reverse()) await part.stop();
}

/** A real sandbox on a free port. */
export async function startUpstream(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startTestSandbox(options);
  running.push(sandbox);
  return sandbox;
}

/** A plain HTTP server on a free port; answers its URL. */
export async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A TCP server on a free port, which says what it likes to whoever has sent something; answers its URL. */
export async function startRawServer(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => {
      answer(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** A real gateway on a free port, in front of a sandbox of its own, unless it is to share one. */
export async function startGateway(setup: Setup = {}) {
  const { sandbox: options, upstream, upstreamUrl, env, clock, pages, loadProbe, redisTimeoutMs } = setup;
  const sandbox = upstream ?? (await startUpstream(options));
  const logs: string[] = [];
  const config = loadConfig({
    PORT: '0',
    NODE_ENV: 'test',
    UPSTREAM_URL: upstreamUrl ?? sandbox.url,
    ...DIRECT,
    ...(clock !== undefined && 'advance' in clock ? {} : PATIENT),
    ...env,
  });
  const app = await createApp(config, {
    ...(clock && { clock }),
    ...(pages && { pages }),
    loadProbe: loadProbe ?? (() => CALM),
    ...(redisTimeoutMs !== undefined && { redisTimeoutMs }),
    logDestination: { write: (line: string) => void logs.push(line) },
  });
  const url = await app.start();
  running.push(app);
  const endpoint = `${url}/graphql`;
  return { url, endpoint, query: queryAt(endpoint), sandbox, app, logs };
}

/** Builds what asks the gateway at this address, as DEMO unless told otherwise. */
export function queryAt(endpoint: string) {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in `Answer`
  return async <Data = any>(
    text: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = DEMO,
  ): Promise<Answer<Data>> => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: text, variables }),
    });
    const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'extensions'> & Partial<Answer>;
    return { ...body, errors: body.errors ?? [], status: response.status, headers: response.headers };
  };
}

/** A gateway over runs that stand still, so that the same question has the same answer. */
export function startStill({ sandbox, ...setup }: Setup = {}) {
  return startGateway({ ...setup, sandbox: { clock: createSandboxClock(), ...sandbox } });
}
