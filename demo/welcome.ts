import { ACCOUNTS } from './accounts.ts';

const QUERY =
  '{ executions(page: { size: 3 }) { totalCount nodes { id status createdAt workflow { name } } } }';

const LIVE =
  'subscription { executionsChanged { changes { kind execution { id status workflow { name } } } } }';

/**
 * What is printed once everything runs.
 * @param gateway where it is, without a path
 * @param sandbox the same
 * @param token of the product, for the first account
 */
export function welcome(gateway: string, sandbox: string, token: string): string {
  const ways = [
    ['a session token', ['authorization: Bearer session-demo']],
    ['an API key and a linked account', ['x-api-key: tk_demo', `linked_account_id: ${ACCOUNTS[0]}`]],
    ['a token of your own product (the gateway holds the API key)', [`authorization: Bearer ${token}`]],
  ] as const;
  return `
refold-gateway is running on made-up data.

  Run history  ${gateway}/
  Explorer     ${gateway}/graphql
  Upstream     ${sandbox}  (a sandbox: ${sandbox}/__sandbox/stats counts what the gateway asks of it)
  Webhooks     ${gateway}/webhooks/refold, sent by the sandbox when a run ends

The same runs, signed in with
${ways.map(([way, headers]) => `\n# ${way}\n${curlOf(gateway, headers, QUERY)}\n`).join('')}
And live: what is there, then each change as it happens

${curlOf(gateway, ['accept: text/event-stream', ...ways[0][1]], LIVE, '-sN')}

Ctrl-C stops it.`;
}

function curlOf(gateway: string, headers: readonly string[], query: string, how = '-s'): string {
  const flags = ['content-type: application/json', ...headers].map((header) => `-H '${header}'`);
  return `curl ${how} ${gateway}/graphql ${flags.join(' ')} -d '${JSON.stringify({ query })}'`;
}
