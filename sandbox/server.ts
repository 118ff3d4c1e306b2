import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { answerControl, CONTROL_PREFIX } from './control/control.ts';
import type { Controls } from './control/control.ts';
import { errorBody } from './api/error-body.ts';
import { InvalidInput } from './api/errors.ts';
import { Faults, parseFault } from './control/faults.ts';
import { Journal } from './control/journal.ts';
import { RateLimiter } from './api/rate.ts';
import { readBody } from './api/request-body.ts';
import { API_PREFIX, findTarget } from './api/routes.ts';
import { send, sendJson } from './api/send.ts';
import { parseTraits, pickTraits, USUAL_TRAITS } from './api/traits.ts';
import type { Traits } from './api/traits.ts';
import { MAX_ACCOUNTS, MAX_EXECUTIONS, SandboxState } from './data/state.ts';
import type { SandboxClock } from './data/state.ts';
import { answerUpstream, API_KEY } from './api/upstream.ts';
import type { UpstreamParts } from './api/upstream.ts';
import { Webhooks } from './control/webhooks.ts';

/** How a sandbox is to be; what is left out is as in `DEFAULT_OPTIONS` and `USUAL_TRAITS`. */
export interface SandboxOptions extends Partial<Traits> {
  /** 0: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** Linked accounts: demo@example.com, other@example.com, account-3@example.com and so on. */
  readonly accounts?: number;
  /** Executions of each account at the start. */
  readonly executions?: number;
  readonly seed?: number;
  /** Executions that arrive in an hour, for each account. */
  readonly arrivals?: number;
  /**
   * Whether it is to be looked at: runs fail for many reasons, at times in numbers, and come by day more than by
   * night; icons are pictures that nobody is asked for.
   */
  readonly lively?: boolean;
  /** Requests per second and API key; 0 switches the limit off. */
  readonly rate?: number;
  /** Requests that may come at once. */
  readonly burst?: number;
  /** Delay of every answer. */
  readonly latencyMs?: number;
  /** Where to tell of runs that end. */
  readonly webhookUrl?: string;
  /** Wait before the first of three retries of a webhook, doubled for each further one. */
  readonly webhookBackoffMs?: number;
  readonly clock?: SandboxClock;
  /** What the rate and its peak are counted by: milliseconds that never go back. The machine's own, if left out. */
  readonly monotonicMs?: () => number;
}

/** A running sandbox. */
export interface Sandbox extends Controls {
  /** E.g. `http://127.0.0.1:4100`. */
  readonly url: string;
  /** Resolves once the condition holds; it is asked again whenever an upstream request arrives or ends. */
  until(condition: () => boolean): Promise<void>;
  /** Tells another URL from now on of what happens from now on. */
  sendWebhooksTo(url: string): void;
  /** Closes every connection, hanging ones included. */
  stop(): Promise<void>;
}

export const DEFAULT_OPTIONS = {
  port: 4100,
  host: '127.0.0.1',
  accounts: 2,
  executions: 250,
  seed: 1,
  arrivals: 180,
  lively: false,
  rate: 20,
  burst: 5,
  latencyMs: 0,
  webhookBackoffMs: 1000,
} as const;

const MAX_BODY_BYTES = 1_048_576;
const KEEP_ALIVE_MS = 60_000;

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

/** Throws `InvalidInput` naming the first option that is out of range. */
function checkOptions(options: Readonly<Record<keyof typeof DEFAULT_OPTIONS, unknown>>): void {
  const limits = {
    port: [0, 65_535],
    accounts: [1, MAX_ACCOUNTS],
    executions: [0, MAX_EXECUTIONS],
    seed: [0, 0xffffffff],
    arrivals: [0, 1_000_000],
    burst: [1, 1_000_000],
  } as const;
  for (const name of ['port', 'accounts', 'executions', 'seed', 'arrivals', 'burst'] as const) {
    const [least, most] = limits[name];
    const value = options[name];
    if (!isWithin(value, least, most) || !Number.isInteger(value)) {
      throw new InvalidInput(`${name}: must be an integer from ${String(least)} to ${String(most)}`);
    }
  }
  for (const name of ['rate', 'latencyMs', 'webhookBackoffMs'] as const) {
    if (!isWithin(options[name], 0, 1_000_000)) {
      throw new InvalidInput(`${name}: must be a number from 0 to 1000000`);
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What a running sandbox is made of. */
interface Parts extends UpstreamParts {
  /** As they are now, and as they were at the start. */
  traits: Traits;
  readonly atStart: Traits;
  webhooks: Webhooks | null;
  /** Builds those that are sent to a URL. */
  readonly webhooksTo: (url: string) => Webhooks;
  readonly latencyMs: number;
}

function createParts(options: SandboxOptions): Parts {
  const settings = { ...DEFAULT_OPTIONS, ...options };
  checkOptions(settings);
  const { accounts, executions, seed, arrivals, lively, webhookUrl: url } = settings;
  const { webhookBackoffMs: backoffMs } = settings;
  const { clock = { now: () => Date.now() }, monotonicMs = () => performance.now() } = options;
  const state = new SandboxState({
    accounts,
    executions,
    seed,
    arrivals,
    isLively: lively,
    clock,
    onRun: (account, live) => parts.webhooks?.watch(account, live),
  });
  const atStart = { ...USUAL_TRAITS, ...pickTraits(options) };
  const parts: Parts = {
    state,
    journal: new Journal(monotonicMs),
    faults: new Faults(seed, () => state.now()),
    limiter: new RateLimiter(settings.rate, settings.burst, monotonicMs),
    traits: atStart,
    atStart,
    webhooks: null,
    webhooksTo: (to) =>
      new Webhooks({
        url: to,
        apiKey: API_KEY,
        backoffMs,
        seed,
        now: () => state.now(),
        traits: () => parts.traits,
        arrive: () => state.arrive(),
      }),
    latencyMs: settings.latencyMs,
  };
  if (url !== undefined) parts.webhooks = parts.webhooksTo(url);
  return parts;
}

function controlsOf(parts: Parts): Controls {
  const { state, journal, faults } = parts;
  return {
    stats: () => journal.stats(),
    requests: () => journal.requests(),
    addFault: (fault) => {
      faults.add(parseFault(fault));
    },
    clearFaults: () => {
      faults.clear();
    },
    options: () => parts.traits,
    setOptions: (changes) => {
      parts.traits = { ...parts.traits, ...parseTraits(changes) };
    },
    addExecutions: (added) => state.addExecutions(added),
    connections: (account) => state.connections(account),
    connect: (change) => {
      state.connect(change);
      parts.webhooks?.connected(change);
    },
    advanceClock: (advanceMs) => {
      state.advance(advanceMs);
      parts.webhooks?.check();
    },
    reset: () => {
      parts.traits = parts.atStart;
      journal.reset();
      faults.clear();
      parts.webhooks?.reset();
      state.reset();
    },
  };
}

const CLOSE = { connection: 'close' } as const;

async function serveUpstream(
  parts: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  [path, query]: readonly [path: string, query: string],
): Promise<void> {
  const { journal, latencyMs } = parts;
  const { method = 'GET', headers } = request;
  const target = findTarget(path);
  const settle = journal.arrived({ method, path, query, headers, route: target?.template ?? '(unknown)' });
  response.once('close', () => {
    settle('aborted');
  });
  const body = await readBody(request, MAX_BODY_BYTES);
  const { traits } = parts;
  if (body === null) {
    settle(413);
    sendJson(response, { status: 413, body: errorBody(413, 'Body too large', traits), headers: CLOSE });
    return;
  }
  const { answer, fault } = answerUpstream({ method, path, target, query, headers }, parts);
  // A run may have arrived, or been asked to stop.
  parts.webhooks?.check();
  send(response, answer, { fault, latencyMs, traits }, settle);
}

async function serveControl(
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
  [path, query]: readonly [path: string, query: string],
): Promise<void> {
  const { method = '' } = request;
  const body = await readBody(request, MAX_BODY_BYTES);
  const tooLarge = { status: 413, body: { message: 'Body too large' }, headers: CLOSE };
  sendJson(response, body === null ? tooLarge : answerControl(controls, { method, path, query, body }));
}

async function serve(
  parts: Parts,
  controls: Controls,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', ...rest] = (request.url ?? '').split('?');
  if (path.startsWith('/api/')) {
    await serveUpstream(parts, request, response, [path, rest.join('?')]);
  } else if (path.startsWith(`${CONTROL_PREFIX}/`)) {
    await serveControl(controls, request, response, [path.slice(CONTROL_PREFIX.length), rest.join('?')]);
  } else {
    sendJson(response, { status: 404, body: { message: `The API is under ${API_PREFIX}` } });
  }
}

/** Starts the emulator of the upstream's REST API. Rejects if an option is wrong or the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = createParts(options);
  const controls = controlsOf(parts);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    serve(parts, controls, request, response).catch((error: unknown) => {
      // A body that its sender broke off is no mistake of the sandbox.
      if (request.complete) console.error(error);
      if (response.headersSent || response.destroyed) response.destroy();
      else sendJson(response, { status: 500, body: errorBody(500, 'The sandbox failed', parts.traits) });
    });
  });
  const { port: wanted, host } = { ...DEFAULT_OPTIONS, ...options };
  await listen(server, wanted, host);
  const { port } = server.address() as AddressInfo;
  return {
    ...controls,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`,
    until: (condition) => parts.journal.until(condition),
    sendWebhooksTo: (to) => {
      parts.webhooks?.stop();
      parts.webhooks = parts.webhooksTo(to);
    },
    stop: () =>
      new Promise((resolve) => {
        parts.webhooks?.stop();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
