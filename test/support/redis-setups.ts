import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { createAuthority } from './certificates.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { createRedisProcess, READY, VOLATILE, type RedisProcess } from './redis-process.ts';

/** Redis as it is run in production, set up in one of several ways, and running. */
export interface RedisSetup {
  /** The gateway's settings for it. */
  readonly env: Readonly<Record<string, string>>;
  /** The process that holds the gateway's keys at first. */
  readonly holder: RedisProcess;
  /** Its replica, which takes over from it; null: there is none. */
  readonly follower: RedisProcess | null;
  /** Has it take over while all is well. */
  handOver(): Promise<unknown>;
  /** Runs something where the gateway's keys are now, as somebody who may do all. */
  run<T>(commands: (redis: Redis) => Promise<T>): Promise<T>;
  /** Resolves once another process has taken over from the first one, or that one is back. */
  takenOver(): Promise<void>;
  stop(): Promise<void>;
}

/** The user and its rights, as docs/redis.md has them to copy, in the words of a server's options. */
async function userOfTheDocs(password: string): Promise<string[]> {
  const page = await readFile(new URL('../../docs/redis.md', import.meta.url), 'utf8');
  const line = /^ACL SETUSER (.*)$/m.exec(page)?.[1];
  if (line === undefined) throw new Error('docs/redis.md has no line ACL SETUSER');
  return ['--user', ...line.replace('>a-password', `>${password}`).split(' ')];
}

const USER = 'refold-gateway';
/** With what URLs must encode. */
const PASSWORD = 'se:cr@t/1%';
const LOGIN = { REDIS_USERNAME: USER, REDIS_PASSWORD: PASSWORD };

/** Processes, and a folder for what they write. */
async function createStage() {
  const folder = await mkdtemp(path.join(tmpdir(), 'redis-'));
  const processes: RedisProcess[] = [];
  const user = await userOfTheDocs(PASSWORD);
  return {
    folder,
    /** The options of each server. */
    usual: [...VOLATILE, '--dir', folder, '--repl-diskless-sync-delay', '0', ...user],
    start: async (process: RedisProcess) => {
      processes.push(process);
      await process.start();
      return process;
    },
    stop: async () => {
      for (const process of processes) {
        process.thaw();
        await process.kill();
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Stage = Awaited<ReturnType<typeof createStage>>;
type Certificates = Awaited<ReturnType<typeof certificatesIn>>;

/** Files with a certificate for a name, its key, and the authority that has signed it. */
async function certificatesIn({ folder }: Stage, host: string) {
  const authority = createAuthority();
  const { cert, key } = authority.issue({ host, notAfter: new Date('2040-01-01') });
  const files = {
    ca: path.join(folder, 'ca.pem'),
    cert: path.join(folder, 'cert.pem'),
    key: path.join(folder, 'key.pem'),
  };
  await writeFile(files.ca, authority.cert);
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
  return { files, access: { tls: { ca: authority.cert, cert, key, servername: host } } };
}

/** Options of a process that is reached over TLS alone, by who shows a certificate. */
function overTls(port: number, { ca, cert, key }: Record<'ca' | 'cert' | 'key', string>): string[] {
  const files = ['--tls-ca-cert-file', ca, '--tls-cert-file', cert, '--tls-key-file', key];
  return [
    '--port',
    '0',
    '--tls-port',
    String(port),
    '--tls-replication',
    'yes',
    '--tls-cluster',
    'yes',
    ...files,
  ];
}

/** One server, over TLS alone, for those who show a certificate and sign in; its own is for a name that is not in the URL. */
export async function startSecureServer(): Promise<RedisSetup> {
  const stage = await createStage();
  const { files, access } = await certificatesIn(stage, 'redis.example');
  const port = await freePort();
  const args = [...overTls(port, files), ...stage.usual];
  const holder = await stage.start(createRedisProcess({ args, ready: READY, access: { port, ...access } }));
  const login = `${USER}:${encodeURIComponent(PASSWORD)}`;
  return {
    env: {
      REDIS_URL: `rediss://${login}@127.0.0.1:${String(port)}`,
      REDIS_TLS_CA: files.ca,
      REDIS_TLS_CERT: files.cert,
      REDIS_TLS_KEY: files.key,
      REDIS_TLS_SERVERNAME: 'redis.example',
    },
    holder,
    follower: null,
    handOver: () => Promise.reject(new Error('There is nobody to take over')),
    run: (commands) => holder.run(commands),
    takenOver: async () => {
      holder.thaw();
      await holder.kill();
      await holder.start();
    },
    stop: () => stage.stop(),
  };
}

/** Whether a replica has all that its master has. */
async function isLinked(redis: Redis): Promise<boolean> {
  return (await redis.info('replication')).includes('link_status:up');
}

/** A master and its replica, watched by a sentinel that wants a password of its own. */
export async function startSentinel(): Promise<RedisSetup> {
  const stage = await createStage();
  const [masterPort, replicaPort, sentinelPort] = [await freePort(), await freePort(), await freePort()];
  const startServer = (port: number, more: readonly string[]) => {
    const args = ['--port', String(port), ...stage.usual, ...more];
    return stage.start(createRedisProcess({ args, ready: READY, access: { port } }));
  };
  const master = await startServer(masterPort, []);
  const replica = await startServer(replicaPort, ['--replicaof', '127.0.0.1', String(masterPort)]);
  await eventually('the replica to follow', () => replica.run(isLinked));

  const config = path.join(stage.folder, 'sentinel.conf');
  const lines = [
    `port ${String(sentinelPort)}`,
    'bind 127.0.0.1',
    'requirepass sentinel-password',
    `sentinel monitor mymaster 127.0.0.1 ${String(masterPort)} 1`,
    'sentinel down-after-milliseconds mymaster 500',
    'sentinel failover-timeout mymaster 2000',
  ];
  await writeFile(config, `${lines.join('\n')}\n`);
  const sentinel = await stage.start(
    createRedisProcess({
      args: [config, '--sentinel'],
      ready: '+monitor master',
      access: { port: sentinelPort, password: 'sentinel-password' },
    }),
  );
  const ask = (command: string) => sentinel.run((redis) => redis.call('SENTINEL', command, 'mymaster'));
  await eventually(
    'the sentinel to know the replica',
    async () => ((await ask('replicas')) as unknown[]).length > 0,
  );
  const holds = async () => {
    const [, port] = (await ask('get-master-addr-by-name')) as [string, string];
    return Number(port) === masterPort ? master : replica;
  };
  return {
    env: {
      // The first of the sentinels is away.
      REDIS_URL: `redis+sentinel://127.0.0.1:1,127.0.0.1:${String(sentinelPort)}/mymaster`,
      REDIS_SENTINEL_PASSWORD: 'sentinel-password',
      ...LOGIN,
    },
    holder: master,
    follower: replica,
    handOver: () => ask('failover'),
    run: async (commands) => (await holds()).run(commands),
    takenOver: () => eventually('the sentinel to fail over', async () => (await holds()) === replica),
    stop: () => stage.stop(),
  };
}

/** A node of a cluster. */
interface ClusterNode extends RedisProcess {
  readonly port: number;
  /** Where other nodes reach it. */
  readonly busPort: number;
}

function call(node: RedisProcess, ...args: readonly (string | number)[]): Promise<unknown> {
  return node.run((redis) => redis.call('CLUSTER', ...args));
}

async function startNode(stage: Stage, certificates: Certificates, name: string): Promise<ClusterNode> {
  const [port, busPort] = [await freePort(), await freePort()];
  const options = {
    'cluster-enabled': 'yes',
    'cluster-node-timeout': '500',
    'cluster-port': String(busPort),
    'cluster-config-file': path.join(stage.folder, `${name}.conf`),
    'tls-auth-clients': 'no',
  };
  const cluster = Object.entries(options).flatMap(([option, value]) => [`--${option}`, value]);
  const args = [...overTls(port, certificates.files), ...stage.usual, ...cluster];
  const access = { port, ...certificates.access };
  return { ...(await stage.start(createRedisProcess({ args, ready: READY, access }))), port, busPort };
}

/** Makes a cluster of them: the first has nearly all slots, and the last follows it. */
async function joinUp(
  holder: ClusterNode,
  masters: readonly ClusterNode[],
  replica: ClusterNode,
): Promise<void> {
  const last = 16_383;
  await call(holder, 'ADDSLOTSRANGE', 0, last - masters.length);
  for (const [index, master] of masters.entries()) await call(master, 'ADDSLOTS', last - index);
  const others = [...masters, replica];
  for (const { port, busPort } of others) await call(holder, 'MEET', '127.0.0.1', port, busPort);
  const says = async (node: RedisProcess, text: string) => String(await call(node, 'INFO')).includes(text);
  const known = `cluster_known_nodes:${String(others.length + 1)}`;
  for (const node of others) await eventually('nodes to know each other', () => says(node, known));
  const id = String(await call(holder, 'MYID'));
  const follow = () => call(replica, 'REPLICATE', id).catch(() => null);
  await eventually('the replica to be told', async () => (await follow()) === 'OK');
  await eventually('the replica to follow', () => replica.run(isLinked));
  for (const node of [holder, ...others]) {
    await eventually('the cluster', () => says(node, 'cluster_state:ok'));
  }
}

/**
 * Three masters over TLS, of which the first has nearly all slots, and a replica of that one. They know each other by
 * addresses, and their certificate is for the name in the URL.
 */
export async function startCluster(): Promise<RedisSetup> {
  const stage = await createStage();
  const certificates = await certificatesIn(stage, 'localhost');
  const start = (name: string) => startNode(stage, certificates, name);
  const [holder, second, third, replica] = [
    await start('one'),
    await start('two'),
    await start('three'),
    await start('four'),
  ];
  await joinUp(holder, [second, third], replica);
  const hasTakenOver = () => replica.run(async (redis) => (await redis.role())[0] === 'master');
  return {
    env: {
      REDIS_URL: `rediss+cluster://localhost:${String(second.port)},localhost:${String(holder.port)}`,
      REDIS_TLS_CA: certificates.files.ca,
      ...LOGIN,
    },
    holder,
    follower: replica,
    handOver: () => call(replica, 'FAILOVER'),
    run: async (commands) => ((await hasTakenOver()) ? replica : holder).run(commands),
    takenOver: () => eventually('the cluster to fail over', hasTakenOver),
    stop: () => stage.stop(),
  };
}
