import type { SandboxStats } from '../../sandbox/control/journal.ts';
import { ACCOUNTS } from '../../demo/accounts.ts';
import { killDemos, startDemo } from '../../test/support/demo-process.ts';

/** The demo in a process of its own. */
export interface Demo {
  /** Where the page is, without a path. */
  readonly url: string;
  /** How long it took until it said so, in milliseconds. */
  readonly startMs: number;
  readonly stats: () => Promise<SandboxStats>;
  readonly stop: () => Promise<void>;
}

/** Starts it on free ports. */
export async function openDemo(): Promise<Demo> {
  const since = performance.now();
  const { page, upstream } = await startDemo();
  return {
    url: page.replace(/\/$/, ''),
    startMs: performance.now() - since,
    stats: async () => (await fetch(`${upstream}/__sandbox/stats`)).json() as Promise<SandboxStats>,
    stop: killDemos,
  };
}

/** A token of whom the page is signed in as. */
export async function tokenOf(url: string): Promise<string> {
  const response = await fetch(`${url}/demo/token?account=${encodeURIComponent(ACCOUNTS[0])}`);
  return ((await response.json()) as { readonly token: string }).token;
}

/** What was asked between two times, by route. */
export function callsBetween(before: SandboxStats, after: SandboxStats): ReadonlyMap<string, number> {
  const totalOf = (stats: SandboxStats, route: string) =>
    Object.values(stats.requests[route] ?? {}).reduce((sum, count) => sum + count, 0);
  const calls = Object.keys(after.requests).map(
    (route) => [route, totalOf(after, route) - totalOf(before, route)] as const,
  );
  return new Map(calls.filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one));
}

/** How many that are in all. */
export function sumOf(calls: ReadonlyMap<string, number>): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}
