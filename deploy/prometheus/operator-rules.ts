import { readFileSync } from 'node:fs';

const HEAD = `# Written by \`npm run deploy:write\` from deploy/prometheus.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: refold-gateway
spec:
  groups:
`;

/** The rules of this folder as the Prometheus Operator takes them. */
export function operatorRules(): string {
  const groups = ['recording.yaml', 'alerts.yaml'].map((file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    return text.slice(text.indexOf('groups:\n') + 'groups:\n'.length).replace(/^(?=.)/gm, '  ');
  });
  return HEAD + groups.join('');
}
