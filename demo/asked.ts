import type { RecordedRequest } from '../sandbox/control/journal.ts';
import type { AskedRoute, PanelState } from './panel-state.ts';

const SPAN_MS = 2000;
const SPANS = 30;

/**
 * What the upstream was asked in the last minute.
 * @param nowMs on the clock of `atMs`, which is monotonic
 */
export function askedOf(requests: readonly RecordedRequest[], nowMs: number): PanelState['asked'] {
  const routes = new Map<string, AskedRoute>();
  const spans = Array.from({ length: SPANS }, () => 0);
  for (const { method, route: template, atMs, status } of requests) {
    const span = SPANS - 1 - Math.floor((nowMs - atMs) / SPAN_MS);
    const before = spans[span];
    if (before === undefined) continue;
    spans[span] = before + 1;
    const route = `${method} ${template}`;
    const { count, failed } = routes.get(route) ?? { count: 0, failed: 0 };
    const isFailed = typeof status === 'number' ? status >= 400 : status !== 'pending';
    routes.set(route, { route, count: count + 1, failed: failed + (isFailed ? 1 : 0) });
  }
  return { routes: [...routes.values()].sort((one, other) => other.count - one.count), spans };
}
