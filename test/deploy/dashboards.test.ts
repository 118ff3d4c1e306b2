import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { dashboardFiles } from '../../deploy/grafana/dashboards.ts';

const FOLDER = join(import.meta.dirname, '../../deploy/grafana/dashboards');

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly expr: string }[];
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
}

interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const FILES = readdirSync(FOLDER);
const DASHBOARDS = FILES.map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Dashboard);

test('the dashboards are what is described: `npm run deploy:write` writes them', () => {
  const written = Object.fromEntries(FILES.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
  expect(written).toEqual(dashboardFiles());
  expect(FILES).toEqual(['budget.json', 'errors.json', 'latency.json', 'live.json']);
});

test('each dashboard has a name of its own, and is for any Prometheus, job and gateway', () => {
  expect(new Set(DASHBOARDS.map(({ uid }) => uid)).size).toBe(DASHBOARDS.length);
  expect(DASHBOARDS.map(({ templating }) => templating.list.map(({ name }) => name))).toEqual(
    DASHBOARDS.map(() => ['datasource', 'job', 'instance']),
  );
});

describe.each(DASHBOARDS)('of $title', ({ panels }) => {
  const shown = panels.filter(({ type }) => type !== 'row');

  test('each panel says what it shows, in which unit, and of which gateways', () => {
    expect(shown.length).toBeGreaterThan(5);
    for (const { title, description, datasource, fieldConfig, targets = [] } of shown) {
      expect(title).toMatch(/^[A-Z]/);
      expect(description).toMatch(/^[A-Z\d].*\.$/);
      expect(datasource?.uid).toBe('${datasource}');
      expect(fieldConfig?.defaults.unit).toMatch(/^[a-z]+$/);
      expect(targets.length).toBeGreaterThan(0);
      for (const { expr } of targets) {
        const selectors =
          expr.match(/\b(?:refold_gateway|http_server|nodejs|process)_\w+(?:\{[^}]*\})?/g) ?? [];
        expect(selectors.length).toBeGreaterThan(0);
        for (const selector of selectors) expect(selector).toContain('{job="$job", instance=~"$instance"');
      }
    }
  });

  test('no panel covers another', () => {
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, nth) => `${String(x + (nth % w))},${String(y + Math.floor(nth / w))}`,
      ),
    );
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});
