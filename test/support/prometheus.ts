import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

/** Where the gateway's own configuration of Prometheus is. */
export const PROMETHEUS_FOLDER = join(import.meta.dirname, '../../deploy/prometheus');

/** How long to let it be before it is asked the same again. */
const BETWEEN_MS = 200;

/** A series at a moment, as Prometheus answers it. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus of the test's own. */
export interface Prometheus {
  /**
   * Resolves once what an expression is satisfies a condition; answers that.
   * @throws Error with what Prometheus says of an expression that it does not take
   */
  until(expression: string, condition: (samples: readonly Sample[]) => boolean): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

interface Config {
  readonly scrape_configs: readonly object[];
}

/** A target with the labels that it has in Kubernetes. */
const asPod = (target: string, nth: number) => ({
  targets: [target],
  labels: { namespace: 'default', pod: `refold-gateway-${String(nth)}` },
});

/**
 * Starts Prometheus on a free port with the configuration and the rules that are deployed, but for the addresses, and for
 * how often it does its work.
 * @param targets hosts and ports of gateways
 */
export async function startPrometheus(targets: readonly string[]): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const port = String(await freePort());
  const deployed = parse(readFileSync(join(PROMETHEUS_FOLDER, 'prometheus.yaml'), 'utf8')) as Config;
  const config = {
    ...deployed,
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['recording.yaml', 'alerts.yaml'].map((file) => join(PROMETHEUS_FOLDER, file)),
    scrape_configs: deployed.scrape_configs.map((scrape) => ({
      ...scrape,
      static_configs: targets.map(asPod),
    })),
  };
  const file = join(folder, 'prometheus.yaml');
  writeFileSync(file, stringify(config));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
      '--enable-feature=exemplar-storage',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const complaint = text(child.stderr);
  const exited = once(child, 'close');
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true });
  };
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(await complaint);
    return fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  };
  await eventually('Prometheus to be there', isReady).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    until: async (expression, condition) => {
      let samples = await query(url, expression);
      await eventually(`numbers of ${expression}`, async () => {
        if (condition(samples)) return true;
        // Asking again at once takes the machine from those who have to answer.
        await sleep(BETWEEN_MS);
        samples = await query(url, expression);
        return false;
      });
      return samples;
    },
    stop,
  };
}

/** What its API answers to a question of a moment. */
interface Answer {
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { readonly metric: Sample['metric']; readonly value: [number, string] }[];
  };
}

async function query(url: string, expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  });
  const { error, data } = (await response.json()) as Answer;
  if (data === undefined) throw new Error(`${expression}: ${error ?? ''}`);
  if (data.resultType !== 'vector') throw new Error(`${expression} is no vector`);
  return data.result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
}
