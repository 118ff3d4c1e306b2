import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseCliOptions } from '../../sandbox/cli-options.ts';
import { loadConfig } from '../../src/config.ts';
import { blocksIn } from '../support/documented-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const DEPLOY = join(ROOT, 'deploy');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly stop_grace_period?: string;
  readonly depends_on?: object;
}

const { services } = parse(textOf('deploy/compose.yaml')) as { services: Record<string, Service> };
const GATEWAYS = Object.keys(services).filter((name) => name.startsWith('gateway-'));
const [GATEWAY] = GATEWAYS.map((name) => services[name]);
/** What the image sets, and what is set here. */
const config = loadConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', ...GATEWAY?.environment });

/** The folders and files of this repository that a service is given, by where it finds them. */
const mountsOf = (service: string) =>
  Object.fromEntries(
    (services[service]?.volumes ?? [])
      .map((volume) => volume.split(':'))
      .filter(([source]) => source?.startsWith('.'))
      .map(([source = '', target = '']) => [target, join(DEPLOY, source)]),
  );

test('each image is of one version, and each file is there', () => {
  const images = Object.values(services).map(({ image }) => image);
  expect(images.filter((image) => !/^[a-z\d/-]+:(?:\d|v\d|local$)[\w.-]*$/.test(image))).toEqual([]);
  const builds = Object.values(services).flatMap(({ build }) => build ?? []);
  const paths = [
    ...builds.map((folder) => join(DEPLOY, folder, 'Dockerfile')),
    ...Object.keys(services).flatMap((name) => Object.values(mountsOf(name))),
  ];
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

test('the gateways are as many as share the rate, and their settings are good', () => {
  expect(GATEWAYS).toHaveLength(config.replicas);
  expect(config.warnings).toEqual([]);
  const { delayMs, timeoutMs } = config.shutdown;
  expect(GATEWAY?.stop_grace_period).toMatch(/^\d+s$/);
  expect(parseInt(GATEWAY?.stop_grace_period ?? '', 10) * 1000).toBeGreaterThan(delayMs + timeoutMs);
});

test('each part finds the others', () => {
  const hosts = [config.upstream.url.hostname, config.redis?.addresses[0].host];
  expect(hosts).toEqual(['sandbox', 'redis']);
  expect(Object.keys(services)).toEqual(expect.arrayContaining(hosts));

  const { scrape_configs: scrapes } = parse(textOf('deploy/prometheus/prometheus.yaml')) as {
    scrape_configs: readonly { static_configs: readonly { targets: readonly string[] }[] }[];
  };
  expect(scrapes.flatMap(({ static_configs: configs }) => configs.flatMap(({ targets }) => targets))).toEqual(
    GATEWAYS.map((name) => `${name}:${String(config.metricsPort)}`),
  );

  const provisioned = (file: string) =>
    parse(textOf(`deploy/grafana/provisioning/${file}`)) as {
      readonly datasources?: readonly { readonly url: string }[];
      readonly providers?: readonly { readonly options: { readonly path: string } }[];
    };
  const { datasources } = provisioned('datasources/prometheus.yaml');
  expect(datasources?.map(({ url }) => new URL(url).hostname)).toEqual(['prometheus']);
  const { providers = [] } = provisioned('dashboards/refold-gateway.yaml');
  for (const { options } of providers) expect(Object.keys(mountsOf('grafana'))).toContain(options.path);
});

test('the proxy is the documented one, with the gateways’ names', () => {
  const own = textOf('deploy/haproxy/haproxy.cfg').split('\n');
  const documented = blocksIn('haproxy', 'docs/running.md').join('').trimEnd().split('\n');
  const placed = documented.map((line) =>
    line
      .replace(/10\.0\.0\.(\d):4000/, 'gateway-$1:4000')
      .replace(/^( +default-server .*)$/, '$1 resolvers containers init-addr last,libc,none'),
  );
  expect(own.slice(own.indexOf('defaults')).join('\n').trimEnd()).toBe(placed.join('\n'));
});

test('the sandbox runs with what it is given, on the Node of the image', async () => {
  const { image, command = [] } = services['sandbox'] ?? {};
  expect(image).toBe(/^FROM (node:[\d.]+-slim)/m.exec(textOf('Dockerfile'))?.[1]);
  const [program, script = '', ...args] = command;
  expect(program).toBe('node');
  expect(parseCliOptions(args)).toMatchObject({ host: '0.0.0.0' });
  expect(config.upstream.url.port).toBe('4100');

  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  for (const [target, source] of Object.entries(mountsOf('sandbox'))) {
    cpSync(source, join(folder, target.replace('/app/', '')), { recursive: true });
  }
  // The last of an option counts.
  const child = spawn(process.execPath, [script, ...args, '--host', '127.0.0.1', '--port', '0'], {
    cwd: folder,
  });
  const exited = once(child, 'close');
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    const headers = { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' };
    expect((await fetch(`${url}/execution?page=1&limit=1`, { headers })).status).toBe(200);
  } finally {
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    rmSync(folder, { recursive: true });
  }
});
