import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { dashboardFiles } from '../../deploy/grafana/dashboards.ts';
import { stopAll } from '../support/gateway.ts';
import { closeSockets } from '../support/live-socket.ts';
import { closeStreams } from '../support/live-streams.ts';
import { PROMETHEUS_FOLDER, startPrometheus, type Prometheus } from '../support/prometheus.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { startObservedWorld, type ObservedWorld } from './observed-world.ts';

const textOf = (path: string) => readFileSync(join(PROMETHEUS_FOLDER, path), 'utf8');

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const RULES = ['recording.yaml', 'alerts.yaml'].flatMap((file) =>
  (parse(textOf(file)) as { groups: readonly { rules: readonly Rule[] }[] }).groups.flatMap(
    ({ rules }) => rules,
  ),
);
const ALERTS = RULES.flatMap(({ alert, ...rule }) => (alert === undefined ? [] : [{ alert, ...rule }]));

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** What Grafana asks for a panel, where all gateways are picked and little time is shown. */
const PANELS = Object.entries(dashboardFiles()).flatMap(([file, text]) =>
  (JSON.parse(text) as { panels: readonly Panel[] }).panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      file,
      title,
      expression: expr
        .replaceAll('$job', 'refold-gateway')
        .replaceAll('$instance', '.+')
        .replaceAll(/\$__(?:rate_interval|range)/g, '1m'),
    })),
  ),
);

describe('promtool', () => {
  const promtool = (...args: string[]) =>
    execFileSync('promtool', args, { cwd: PROMETHEUS_FOLDER, encoding: 'utf8', stdio: 'pipe' });

  test('takes the configuration and its rules', () => {
    expect(promtool('check', 'config', '--lint-fatal', 'prometheus.yaml')).toContain('SUCCESS');
  });

  test('sees each alert come where it should, and none where all is well', () => {
    expect(promtool('test', 'rules', 'alerts.test.yaml')).toContain('SUCCESS');
    const expected = textOf('alerts.test.yaml').match(/(?<=alertname=")\w+/g);
    expect(new Set(expected)).toEqual(new Set(ALERTS.map(({ alert }) => alert)));
  });
});

test.each(ALERTS)(
  '$alert says how bad it is, what has happened, and what to do',
  ({ alert, labels, annotations }) => {
    expect(['warning', 'critical']).toContain(labels?.['severity']);
    expect(annotations).toEqual({
      summary: expect.stringMatching(/^[A-Z].*\.$/),
      description: expect.stringMatching(/^(?:[A-Z]|\{\{).*\.$/),
      runbook_url: `docs/operations.md#${alert.toLowerCase()}`,
    });
  },
);

describe('a Prometheus that scrapes two gateways', () => {
  let redis: RedisServer;
  let world: ObservedWorld;
  let rest: () => Promise<void>;
  let prometheus: Prometheus;

  beforeAll(async () => {
    redis = await createRedisServer();
    await redis.start();
    world = await startObservedWorld(redis.url);
    prometheus = await startPrometheus(world.gateways.map(({ url }) => new URL(url).host));
    rest = world.keepBusy();
  });

  afterAll(async () => {
    await rest();
    await prometheus.stop();
    closeSockets();
    closeStreams();
    await stopAll();
    await redis.kill();
  });

  /** Resolves once an expression has a number. */
  const untilThereIs = (expression: string) =>
    prometheus.until(expression, (samples) => samples.some(({ value }) => Number.isFinite(value)));

  test('reaches both', async () => {
    const samples = await prometheus.until('up{job="refold-gateway"} == 1', ({ length }) => length === 2);
    expect(samples.map(({ metric }) => metric['instance'])).toHaveLength(2);
  });

  test.each(PANELS)('has what $file shows as $title', async ({ expression }) => {
    expect(expression).not.toContain('$');
    await untilThereIs(expression);
  });

  test.each(ALERTS)('has what $alert is about', async ({ expr }) => {
    const [, left = ''] = /^([^]*?)\s*(?:==|>)\s*[\d.e]+\s*$/.exec(expr) ?? [];
    expect(left).not.toBe('');
    await untilThereIs(left);
  });

  test('records what the adapter tells the autoscaler of each gateway', async () => {
    const { rules } = parse(textOf('../kustomize/components/autoscaling/adapter-rule.yaml')) as {
      rules: readonly { readonly seriesQuery: string; readonly metricsQuery: string }[];
    };
    for (const { seriesQuery, metricsQuery } of rules) {
      const [series = ''] = seriesQuery.split('{');
      const query = metricsQuery
        .replaceAll('<<.Series>>', series)
        .replaceAll('<<.LabelMatchers>>', 'namespace="default", pod=~".+"')
        .replaceAll('<<.GroupBy>>', 'pod');
      const samples = await prometheus.until(query, ({ length }) => length === 2);
      expect(samples.map(({ metric }) => metric['pod']).toSorted()).toEqual([
        'refold-gateway-0',
        'refold-gateway-1',
      ]);
    }
    expect(rules).toHaveLength(1);
  });
});
