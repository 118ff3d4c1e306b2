import type { PanelState, Trouble } from '../panel-state.ts';

/** Questions that come together share a token. One that is refused is older than that. */
const SHARED_MS = 3000;

/** Hands out tokens of the product for who is signed in, as any product's page would get them. */
export function createTokens(account: string): () => Promise<string> {
  let last = { token: Promise.resolve(''), untilMs: 0 };
  return () => {
    if (performance.now() >= last.untilMs) {
      last = { token: tokenOf(account), untilMs: performance.now() + SHARED_MS };
      last.token.catch(() => {
        last = { ...last, untilMs: 0 };
      });
    }
    return last.token;
  };
}

async function tokenOf(account: string): Promise<string> {
  const { token } = await ask<{ readonly token: string }>(
    `/demo/token?account=${encodeURIComponent(account)}`,
  );
  return token;
}

/** What the sandbox is doing for an account. Rejects where the demo does not answer. */
export function readState(account: string): Promise<PanelState> {
  return ask(`/demo/sandbox?account=${encodeURIComponent(account)}`);
}

/** Starts a run; `failure` says why it fails, where it does. */
export function startRun(
  account: string,
  kind: 'succeeds' | 'fails' | 'long',
  failure?: string,
): Promise<unknown> {
  return ask('/demo/runs', { account, kind, ...(failure !== undefined && { failure }) });
}

/** Makes a connection anew, or lets it expire. */
export function changeConnection(account: string, slug: string, works: boolean): Promise<unknown> {
  return ask('/demo/connections', { account, slug, works });
}

/** Lets the upstream be in trouble for a while; null: mends it. */
export function troubleUpstream(trouble: Trouble | null): Promise<unknown> {
  return ask('/demo/upstream', trouble === null ? {} : { trouble });
}

async function ask<Answer>(url: string, body?: object): Promise<Answer> {
  const response = await fetch(
    url,
    body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  );
  if (!response.ok) throw new Error(`The demo has answered ${String(response.status)}`);
  return (await response.json()) as Answer;
}
