import { setTimeout as sleep } from 'node:timers/promises';
import { FIRST_ACCOUNT } from '../dashboards.ts';
import {
  freePort,
  prepareRedis,
  startGateway,
  startSandbox,
  type SandboxService,
  type Service,
} from '../processes.ts';
import type { WatchedList } from './commands.ts';
import type { TrueRun } from './told.ts';

/** How long after a reading the next one comes while something runs. */
export const TICK_MS = 2000;
/** How long it takes until whatever has happened has been told. */
export const SETTLE_MS = 5 * TICK_MS;
/** Accounts, each with a list of its own. */
export const ACCOUNTS = 10;
/** Ended runs that each list has already. */
const HISTORY = 30;
/** How long replicas that have just started take to share. */
const SHARE_MS = 2500;
/**
 * More viewers than a gateway lets in unless told otherwise, of few identities; and they are not refused for what other
 * programs of this machine take of it while they come.
 */
const CROWDED = {
  OVERLOAD_AFTER_MS: '0',
  MAX_CONNECTIONS: '20000',
  LIVE_MAX_VIEWERS: '20000',
  LIVE_MAX_OPERATIONS_PER_CALLER: '20000',
  LIVE_MAX_CONNECTIONS_PER_CALLER: '20000',
};

/** Where viewers watch: gateways in front of a sandbox in which nothing happens by itself. */
export interface Stage {
  readonly sandbox: SandboxService;
  readonly gateways: readonly [Service, ...Service[]];
  stop(): Promise<void>;
}

/** Starts one gateway; or two that share Redis and get webhooks, all of them at the first. */
export async function startStage(replicas: 1 | 2): Promise<Stage> {
  const port = await freePort();
  const hook = `http://127.0.0.1:${String(port)}/webhooks/refold`;
  const redis = replicas === 1 ? null : await prepareRedis();
  await redis?.start();
  const sandbox = await startSandbox({
    accounts: FIRST_ACCOUNT + ACCOUNTS,
    executions: 0,
    arrivals: 0,
    ...(redis !== null && { 'webhook-url': hook }),
  });
  const env = {
    ...CROWDED,
    ...(redis !== null && { REDIS_URL: redis.url, REPLICAS: '2', WEBHOOK_SECRETS: 'tk_demo' }),
  };
  const first = await startGateway(sandbox.url, { ...env, PORT: String(port) });
  const gateways: [Service, ...Service[]] = [first];
  if (replicas === 2) {
    gateways.push(await startGateway(sandbox.url, env));
    await sleep(SHARE_MS);
  }
  for (let number = 0; number < ACCOUNTS; number++) {
    await sandbox.addExecutions({ account: accountOf(number), count: HISTORY, status: 'COMPLETED' });
  }
  return {
    sandbox,
    gateways,
    stop: async () => {
      await Promise.all([...gateways, sandbox].map((service) => service.stop()));
      await redis?.stop();
    },
  };
}

/** The linked account of that number, from 0. */
export function accountOf(number: number): string {
  return `account-${String(FIRST_ACCOUNT + number)}@example.com`;
}

/** The session token of that account. */
export function tokenOf(number: number): string {
  return `session-${String(FIRST_ACCOUNT + number)}`;
}

/** All runs of that many accounts, a list each. */
export function listsOf(accounts: number): WatchedList[] {
  return Array.from({ length: accounts }, (_, number) => ({
    name: `account ${String(number)}`,
    token: tokenOf(number),
    filter: null,
  }));
}

interface Row {
  readonly _id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly completion_time?: string;
  readonly trigger_application_event: string;
}

/** What upstream says of runs that no event started. */
const NO_EVENT = ['Schedule', 'API Call', 'API_CALL'];

/** All runs of an account as the sandbox tells of them itself. */
export async function runsOf({ sandbox }: Stage, number: number, newSince: number): Promise<TrueRun[]> {
  const url = `${sandbox.url}/api/v2/public/execution?page=1&limit=10000&status=All`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${tokenOf(number)}` } });
  if (response.status === 429) {
    await sleep(1000);
    return runsOf({ sandbox } as Stage, number, newSince);
  }
  const { docs } = (await response.json()) as { readonly docs: readonly Row[] };
  return docs.map((row) => ({
    id: row._id,
    status: row.status,
    endedAt: row.completion_time === undefined ? null : Date.parse(row.completion_time),
    isNew: Date.parse(row.createdAt) >= newSince,
    isEvent: !NO_EVENT.includes(row.trigger_application_event),
  }));
}
