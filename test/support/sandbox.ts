import { afterEach } from '@jest/globals';

import { startSandbox } from '../../sandbox/server.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/server.ts';
import type { SandboxClock } from '../../sandbox/data/state.ts';
import { inTime } from './eventually.ts';
import { START_MS } from './fake-clock.ts';

/** A row as it comes over the wire. */
export type Row = Readonly<Record<string, unknown>> & { readonly _id: string; readonly createdAt: string };

/** A page of a list as it comes over the wire. */
export interface ListBody<T = Row> {
  readonly docs: readonly T[];
  readonly totalDocs: number;
  readonly limit: number;
  readonly page: number;
  readonly totalPages: number;
  readonly pagingCounter?: number;
  readonly hasPrevPage: boolean;
  readonly hasNextPage: boolean;
  readonly prevPage?: number | null;
  readonly nextPage?: number | null;
}

export interface Reply<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export const KEY = { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' } as const;
export const OTHER_KEY = { 'x-api-key': 'tk_demo', linked_account_id: 'other@example.com' } as const;
export const SESSION = { authorization: 'Bearer session-demo' } as const;

/** The document's own execution, which has failed. */
export const FAILED = '65410cf6cdf931a12d7ab009';

const running: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.stop()));
});

/** A clock that goes on from where tests start, once it is first asked. */
function documentClock(): SandboxClock {
  let beganMs: number | undefined;
  return {
    now: () => {
      beganMs ??= performance.now();
      return START_MS + Math.floor(performance.now() - beganMs);
    },
  };
}

/**
 * A sandbox on a free port, at the time of the document's own run, without a rate limit and arrivals, that is not waited
 * for in vain.
 */
export async function startTestSandbox(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ port: 0, rate: 0, arrivals: 0, clock: documentClock(), ...options });
  const told = () => JSON.stringify(sandbox.stats().requests);
  return {
    ...sandbox,
    until: (condition) =>
      inTime(
        () => `${String(condition)} at the sandbox, which has answered ${told()}`,
        sandbox.until(condition),
      ),
  };
}

/** Starts a sandbox, which is stopped after the test. */
export async function sandboxWith(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startTestSandbox(options);
  running.push(sandbox);
  return sandbox;
}

export async function ask<T>(
  sandbox: Sandbox,
  path: string,
  init: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Reply<T>> {
  const { method = 'GET', headers = KEY } = init;
  const response = await fetch(`${sandbox.url}/api/v2/public${path}`, { method, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

/** The body of an execution list. */
export async function list(
  sandbox: Sandbox,
  query: string,
  headers: Readonly<Record<string, string>> = KEY,
): Promise<ListBody> {
  return (await ask<ListBody>(sandbox, `/execution?${query}`, { headers })).body;
}

/** Asks a control route. */
export async function control<T>(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply<T>> {
  const text = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${sandbox.url}/__sandbox${path}`, { method, ...text });
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

export function ids(body: ListBody): string[] {
  return body.docs.map((row) => row._id);
}
