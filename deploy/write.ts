import { mkdirSync, writeFileSync } from 'node:fs';
import { dashboardFiles } from './grafana/dashboards.ts';
import { operatorRules } from './prometheus/operator-rules.ts';

// What is made from other files here. Tests hold each to what it is made from.
const dashboards = new URL('grafana/dashboards/', import.meta.url);
mkdirSync(dashboards, { recursive: true });
for (const [name, text] of Object.entries(dashboardFiles())) writeFileSync(new URL(name, dashboards), text);
writeFileSync(
  new URL('kustomize/components/prometheus-operator/rules.yaml', import.meta.url),
  operatorRules(),
);
