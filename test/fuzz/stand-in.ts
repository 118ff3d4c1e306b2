import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startSandbox } from '../../sandbox/server.ts';
import { CANARIES } from './canaries.ts';

/** What an upstream sends. */
export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What is done to a good answer on its way to the callers of one linked account. */
export type Distortion = (good: Sent) => Sent;

/** An upstream that knows the canaries for good credentials, and plants more of them in all that it sends. */
export interface StandIn {
  readonly url: string;
  /** The credentials that it was sent, each once. */
  readonly credentials: ReadonlySet<string>;
  /** From now on, whoever acts for that linked account is sent something else. */
  distort(linkedAccountId: string, distortion: Distortion): void;
  /** Undoes that. */
  straighten(linkedAccountId: string): void;
  stop(): Promise<void>;
}

const KEYS: readonly string[] = [CANARIES.apiKey, CANARIES.otherApiKey, CANARIES.serverKey];
const HEADERS = { 'content-type': 'application/json', 'x-internal': CANARIES.upstreamBody };
const REFUSAL: Sent = {
  status: 401,
  headers: HEADERS,
  body: Buffer.from(JSON.stringify({ error_code: 'INVALID', message: CANARIES.upstreamBody })),
};

/** Starts it, over the runs of a sandbox. */
export async function startStandIn(): Promise<StandIn> {
  const sandbox = await startSandbox({ port: 0, rate: 0, arrivals: 0, executions: 200 });
  const good = new Map<string, Promise<Sent>>();
  const credentials = new Set<string>();
  const distortions = new Map<string, Distortion>();

  const fetchGood = async (method: string, path: string): Promise<Sent> => {
    const headers = { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' };
    const response = await fetch(sandbox.url + path, { method, headers });
    const body = Buffer.from(plant(await response.text(), response.status));
    return { status: response.status, headers: HEADERS, body };
  };
  const answerTo = async ({ method = '', url = '', headers }: IncomingMessage): Promise<Sent> => {
    const account = String(headers['linked_account_id'] ?? '');
    const credential = String(headers['x-api-key'] ?? headers.authorization);
    credentials.add(credential);
    const isGood = KEYS.includes(credential) || credential === `Bearer ${CANARIES.sessionToken}`;
    if (!isGood || !url.startsWith(`/${CANARIES.upstreamPath}/`)) return REFUSAL;
    const path = url.slice(CANARIES.upstreamPath.length + 1);
    const key = `${method} ${path}`;
    const answer = good.get(key) ?? fetchGood(method, path);
    good.set(key, answer);
    return (distortions.get(account) ?? ((sent) => sent))(await answer);
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void text(request).then(async () => {
      const { status, headers, body } = await answerTo(request);
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/${CANARIES.upstreamPath}`,
    credentials,
    distort: (account, distortion) => void distortions.set(account, distortion),
    straighten: (account) => void distortions.delete(account),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await sandbox.stop();
    },
  };
}

/** What is shown as it came, but for what looks like a secret. */
const SHOWN = new Set(['latest_output', 'input_data', 'output', 'identifier']);

/** Puts canaries where no answer of the gateway may take anything from. */
function plant(body: string, status: number): string {
  const planted = plantedIn(JSON.parse(body)) as object;
  return JSON.stringify(status < 400 ? planted : { ...planted, message: CANARIES.upstreamBody });
}

function plantedIn(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => plantedIn(item));
  if (typeof value !== 'object' || value === null) return value;
  if (SHOWN.has(key)) return { ...value, password: CANARIES.upstreamBody, apiKey: CANARIES.upstreamBody };
  const inner = Object.entries(value).map(([name, part]) => [name, plantedIn(part, name)] as const);
  return { ...Object.fromEntries(inner), x_internal: CANARIES.upstreamBody };
}
