import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { startSandbox } from '../sandbox/server.ts';
import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { demoSettings, sandboxPort } from './settings.ts';

/** The product whose customers are shown their run history: it signs its own tokens. */
const ISSUER = 'https://demo.example.com/';
const AUDIENCE = 'refold-gateway';
const ACCOUNT = 'demo@example.com';

const QUERY =
  '{ executions(page: { size: 3 }) { totalCount nodes { id status createdAt workflow { name } } } }';

const LIVE =
  'subscription { executionsChanged { changes { kind execution { id status workflow { name } } } } }';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const token = await new SignJWT({ linked_account_id: ACCOUNT })
  .setProtectedHeader({ alg: 'ES256' })
  .setIssuer(ISSUER)
  .setAudience(AUDIENCE)
  .setIssuedAt()
  .setExpirationTime('7 days')
  .sign(privateKey);

try {
  const sandbox = await startSandbox({ port: sandboxPort(process.env) });
  const app = await createApp(
    loadConfig(
      demoSettings(process.env, {
        UPSTREAM_URL: sandbox.url,
        JWT_ISSUER: ISSUER,
        JWT_AUDIENCE: AUDIENCE,
        JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      }),
    ),
  );
  const url = await app.start();
  sandbox.sendWebhooksTo(`${url}/webhooks/refold`);
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  const stop = async () => {
    await app.stop();
    await sandbox.stop();
  };
  console.log(welcome(url, sandbox.url));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function welcome(gateway: string, sandbox: string): string {
  const ways = [
    ['a session token', ['authorization: Bearer session-demo']],
    ['an API key and a linked account', ['x-api-key: tk_demo', `linked_account_id: ${ACCOUNT}`]],
    ['a token of your own product (the gateway holds the API key)', [`authorization: Bearer ${token}`]],
  ] as const;
  return `
refold-gateway is running on made-up data.

  Explorer   ${gateway}/graphql
  Upstream   ${sandbox}  (a sandbox: ${sandbox}/__sandbox/stats counts what the gateway asks of it)
  Webhooks   ${gateway}/webhooks/refold, sent by the sandbox when a run ends

A run history, signed in with
${ways.map(([way, headers]) => `\n# ${way}\n${curlOf(gateway, headers, QUERY)}\n`).join('')}
And live: what is there, then each change as it happens

${curlOf(gateway, ['accept: text/event-stream', ...ways[0][1]], LIVE, '-sN')}

Ctrl-C stops it.`;
}

function curlOf(gateway: string, headers: readonly string[], query: string, how = '-s'): string {
  const flags = ['content-type: application/json', ...headers].map((header) => `-H '${header}'`);
  return `curl ${how} ${gateway}/graphql ${flags.join(' ')} -d '${JSON.stringify({ query })}'`;
}
