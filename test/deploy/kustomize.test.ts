import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ConfigMap, Secret, Service } from 'kubernetes-types/core/v1.d.ts';
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts';
import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2.d.ts';
import type { NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts';
import ts from 'typescript';
import { parse, parseAllDocuments } from 'yaml';
import { operatorRules } from '../../deploy/prometheus/operator-rules.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { SETTINGS } from '../../src/settings/table.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { complaintsOf } from '../support/type-check.ts';

afterEach(stopAll);

const KUSTOMIZE = join(import.meta.dirname, '../../deploy/kustomize');

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const textOf = (path: string) => readFileSync(join(KUSTOMIZE, path), 'utf8');

/** What `kubectl apply -k` would send. */
function buildOf(folder: string): Resource[] {
  const text = execFileSync('kubectl', ['kustomize', join(KUSTOMIZE, folder)], { encoding: 'utf8' });
  return parseAllDocuments(text).map((document) => document.toJS() as Resource);
}

/** What is looked at more closely. */
interface Kinds {
  readonly ConfigMap: ConfigMap;
  readonly Deployment: Deployment;
  readonly HorizontalPodAutoscaler: HorizontalPodAutoscaler;
  readonly NetworkPolicy: NetworkPolicy;
  readonly PodDisruptionBudget: PodDisruptionBudget;
  readonly PrometheusRule: { readonly spec: { readonly groups: readonly { readonly name: string }[] } };
  readonly Secret: Secret;
  readonly Service: Service;
  readonly ServiceMonitor: {
    readonly spec: {
      readonly endpoints: readonly object[];
      readonly selector: { readonly matchLabels: object };
    };
  };
}

/** Where the types of what Kubernetes itself knows are. */
const TYPES: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};

/** A deployment as a whole, and what follows from it. */
function manifestsOf(folder: string) {
  const all = buildOf(folder);
  const of = <K extends keyof Kinds>(kind: K) =>
    all.filter((resource) => resource.kind === kind) as unknown as Kinds[K][];
  const one = <K extends keyof Kinds>(kind: K): Kinds[K] => {
    const [found, ...more] = of(kind);
    if (found === undefined || more.length > 0) throw new Error(`${folder} has no single ${kind}`);
    return found;
  };
  const deployment = one('Deployment');
  const pod = deployment.spec?.template.spec;
  const [container] = pod?.containers ?? [];
  if (container === undefined) throw new Error(`${folder} has no container`);
  const settings = one('ConfigMap').data ?? {};
  return { all, of, one, deployment, pod, container, settings };
}

/** The Redis of the commands in docs/deploying.md. */
const [, REDIS_URL = ''] =
  /--from-literal=REDIS_URL=(\S+)/.exec(
    readFileSync(join(import.meta.dirname, '../../docs/deploying.md'), 'utf8'),
  ) ?? [];

/** What is in the Secret, where it is referred to. */
const SECRETS: Readonly<Record<string, string>> = {
  REDIS_URL,
  REDIS_USERNAME: 'gateway',
  REDIS_PASSWORD: 'secret',
  WEBHOOK_SECRETS: 'secret',
};

const BUILDS = ['base', 'overlays/production'].map((folder) => ({ folder, ...manifestsOf(folder) }));
const [BASE, PRODUCTION] = BUILDS as [(typeof BUILDS)[number], (typeof BUILDS)[number]];

/** The settings of a gateway that is deployed so, as the gateway reads them. */
function configOf({ settings, container }: (typeof BUILDS)[number]): Config {
  const named = (container.env ?? []).map(({ name }) => name);
  const secrets = Object.entries(SECRETS).filter(([name]) => named.includes(name));
  return loadConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', ...settings, ...Object.fromEntries(secrets) });
}

describe.each(BUILDS)('$folder', (build) => {
  const { all, of, one, deployment, pod, container, settings } = build;
  const config = configOf(build);

  test('is what Kubernetes takes', () => {
    const known = all.filter(({ apiVersion }) => !apiVersion.startsWith('monitoring.coreos.com/'));
    const texts = known.map((resource, nth) => {
      const type = `import('kubernetes-types/${TYPES[resource.apiVersion] ?? ''}.d.ts').${resource.kind}`;
      return [
        `${resource.kind}-${String(nth)}.ts`,
        `export const it: ${type} = ${JSON.stringify(resource)};`,
      ];
    });
    const options = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      types: [],
    };
    expect(complaintsOf(Object.fromEntries(texts) as Record<string, string>, options)).toEqual([]);
  });

  test('sets what the gateway knows, and of secrets nothing but where they are', () => {
    const named = container.env ?? [];
    expect(
      [...Object.keys(settings), ...named.map(({ name }) => name)].filter((name) => !(name in SETTINGS)),
    ).toEqual([]);
    expect(config.warnings).toEqual([]);
    expect(of('Secret')).toEqual([]);
    for (const { name, value, valueFrom } of named) {
      expect(value).toBeUndefined();
      expect(valueFrom?.secretKeyRef).toMatchObject({ name: 'refold-gateway', key: name });
    }
    expect(container.envFrom?.map(({ configMapRef }) => configMapRef?.name)).toEqual([
      one('ConfigMap').metadata?.name,
    ]);
  });

  test('may do nothing but what it needs', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod?.volumes).toBeUndefined();
    expect(container.image).toMatch(/^refold-gateway:\d+\.\d+\.\d+/);
  });

  test('has ports where the gateway listens, and everything that names one means it', () => {
    const ports = new Map(container.ports?.map(({ name, containerPort }) => [name, containerPort]));
    expect(Object.fromEntries(ports)).toEqual({ http: config.port, metrics: config.metricsPort });
    const services = of('Service').flatMap(({ spec }) => spec?.ports ?? []);
    expect(services.map(({ name, targetPort }) => [name, targetPort])).toEqual([
      ['http', 'http'],
      ['metrics', 'metrics'],
    ]);
    const admitted = of('NetworkPolicy').flatMap(({ spec }) => spec?.ingress ?? []);
    expect(admitted.flatMap(({ ports: some = [] }) => some.map(({ port }) => port))).toEqual([
      'http',
      'metrics',
    ]);
  });

  test('selects its own pods', () => {
    const labels = deployment.spec?.template.metadata?.labels;
    const selectors = [
      deployment.spec?.selector.matchLabels,
      ...of('Service').map(({ spec }) => spec?.selector),
      ...of('PodDisruptionBudget').map(({ spec }) => spec?.selector?.matchLabels),
      ...of('NetworkPolicy').map(({ spec }) => spec?.podSelector.matchLabels),
      ...(pod?.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector?.matchLabels),
    ];
    for (const selector of selectors) expect(labels).toMatchObject(selector as object);
    expect(selectors).toHaveLength(folderHasRedis(build) ? 7 : 6);
  });

  test('gives it the time to stop that it takes', () => {
    const { delayMs, timeoutMs } = config.shutdown;
    expect((pod?.terminationGracePeriodSeconds ?? 0) * 1000).toBeGreaterThan(delayMs + timeoutMs);
    const { periodSeconds = 0, failureThreshold = 0 } = container.readinessProbe ?? {};
    expect(delayMs).toBeGreaterThan(periodSeconds * failureThreshold * 1000);
  });

  test('asks where the gateway answers', async () => {
    const { url } = await startGateway({ env: { ...settings, METRICS_PORT: '0', SHUTDOWN_DELAY_MS: '0' } });
    for (const probe of [container.startupProbe, container.livenessProbe, container.readinessProbe]) {
      expect(probe?.httpGet?.port).toBe('http');
      expect((await fetch(`${url}${probe?.httpGet?.path ?? ''}`)).status).toBe(200);
    }
  });
});

function folderHasRedis({ container }: (typeof BUILDS)[number]): boolean {
  return container.env?.some(({ name }) => name === 'REDIS_URL') ?? false;
}

test('without Redis there are never more gateways than share the rate', () => {
  const { spec } = BASE.deployment;
  expect(configOf(BASE).replicas).toBe(spec?.replicas);
  expect(spec?.strategy?.rollingUpdate).toEqual({ maxSurge: 0, maxUnavailable: 1 });
});

test('the gateway is let out to the Redis that the page shows', () => {
  const { hostname, port } = new URL(REDIS_URL);
  const rules = PRODUCTION.of('NetworkPolicy').flatMap(({ spec }) => spec?.egress ?? []);
  const matchLabels = { 'app.kubernetes.io/name': hostname };
  expect(rules).toContainEqual({ to: [{ podSelector: { matchLabels } }], ports: [{ port: Number(port) }] });
  expect(textOf('components/redis/deployment.yaml')).toContain(`Such as ${REDIS_URL};`);
});

test('the autoscaler makes as many gateways as share the rate, and no more than may each send a request at once', () => {
  const { spec } = PRODUCTION.one('HorizontalPodAutoscaler');
  const { replicas, upstream } = configOf(PRODUCTION);
  expect(spec?.maxReplicas).toBe(replicas);
  expect(replicas).toBeLessThanOrEqual(upstream.rate.burst);
  expect(PRODUCTION.deployment.spec?.replicas).toBeUndefined();
  expect(spec?.scaleTargetRef).toMatchObject({
    kind: 'Deployment',
    name: PRODUCTION.deployment.metadata?.name,
  });
});

test('the autoscaler goes by what the adapter makes of what Prometheus records', () => {
  const { spec } = PRODUCTION.one('HorizontalPodAutoscaler');
  const { rules } = parse(textOf('components/autoscaling/adapter-rule.yaml')) as {
    rules: readonly { readonly seriesQuery: string; readonly name: { readonly as: string } }[];
  };
  const asked = spec?.metrics?.flatMap(({ pods }) => (pods === undefined ? [] : [pods.metric.name]));
  expect(rules.map(({ name }) => name.as)).toEqual(asked);
  const recorded = readFileSync(join(KUSTOMIZE, '../prometheus/recording.yaml'), 'utf8');
  for (const { seriesQuery } of rules) {
    expect(recorded).toContain(`record: ${seriesQuery.slice(0, seriesQuery.indexOf('{'))}\n`);
  }
});

test('the operator is given the rules that there are, and scrapes the port of the metrics', () => {
  expect(textOf('components/prometheus-operator/rules.yaml')).toBe(operatorRules());
  const { groups } = PRODUCTION.one('PrometheusRule').spec;
  expect(groups.map(({ name }) => name)).toContain('refold-gateway-budget');
  const { spec } = PRODUCTION.one('ServiceMonitor');
  const service = PRODUCTION.one('Service');
  expect(spec.endpoints).toEqual([{ port: 'metrics', interval: '15s' }]);
  expect(service.metadata?.labels).toMatchObject(spec.selector.matchLabels);
  // The rules go by the name of the job, which is the Service's.
  expect(service.metadata?.name).toBe('refold-gateway');
});
