import { generateKeyPairSync } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from '@jest/globals';
import { blocksIn, runProgram, type Program } from '../support/documented-client.ts';
import { startGateway, startServer, startUpstream, stopAll } from '../support/gateway.ts';
import { createWatchers } from '../support/eventually.ts';
import { ISSUER } from '../support/product.ts';
import { runEvent, signatureOf } from '../support/webhooks.ts';

const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.stop();
  await stopAll();
});

const [CODE = ''] = blocksIn('js', 'docs/recipes/tell-me-when-it-fails.md');
const PAUSES = '[0, 1000, 3000]';
const LINK = 'https://shop.example.com/runs?rh-run=';
const HOUR_MS = 3_600_000;

/** An incoming webhook of Slack, which answers with these statuses, and then with 200. */
async function startSlack(...statuses: number[]) {
  const told: string[] = [];
  const watchers = createWatchers();
  const url = await startServer((request, response) => {
    void text(request).then((body) => {
      const status = statuses.shift() ?? 200;
      response.writeHead(status).end();
      if (status === 200) told.push((JSON.parse(body) as { text: string }).text);
      watchers.notify();
    });
  });
  return { url, told, untilTold: (count: number) => watchers.until('Slack', () => told.length >= count) };
}

/** The endpoint of the recipe, in front of a gateway that takes its tokens. */
async function startEndpoint({ slack = [] as number[], isGatewayUp = true } = {}) {
  const upstream = await startUpstream({ executions: 0 });
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const gateway = await startGateway({
    upstream,
    env: {
      REFOLD_API_KEY: 'tk_demo',
      AUTH_API_KEY: 'false',
      JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: 'refold-gateway',
    },
  });
  if (!isGatewayUp) await gateway.app.stop();
  const channel = await startSlack(...slack);
  const program = runProgram(CODE.replace(PAUSES, '[0, 0, 0]'), {
    REFOLD_API_KEY: 'tk_demo',
    GATEWAY_URL: gateway.endpoint,
    JWT_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    SLACK_WEBHOOK_URL: channel.url,
    PRODUCT_URL: 'https://shop.example.com/runs',
    PORT: '0',
  });
  programs.push(program);
  await program.untilPrintedLike(/^listening \d+$/m);
  const url = `http://127.0.0.1:${/\d+/.exec(program.printed())?.[0] ?? ''}/refold`;
  const post = async (body: string, signature = signatureOf(body)) => {
    const response = await fetch(url, { method: 'POST', headers: { 'x-cobalt-signature': signature }, body });
    return response.status;
  };
  return { ...channel, upstream, program, url, post };
}

const errored = (fields: Readonly<Record<string, unknown>> = {}) =>
  runEvent({ event: 'Workflow Errored', status: 'ERRORED', ...fields });

test('the pauses of the recipe are those that the tests leave out', () => {
  expect(CODE).toContain(PAUSES);
});

test('a run that fails is told once, with the reason, however often Refold tells it', async () => {
  const { upstream, url, told, untilTold } = await startEndpoint();
  upstream.setOptions({ webhookCopies: 3 });
  upstream.sendWebhooksTo(url);
  const fail = (failure: 'channel_not_found' | 'duplicate') =>
    upstream.addExecutions({
      account: 'demo@example.com',
      workflowName: 'Post message to a channel',
      slug: 'slack',
      durationMs: HOUR_MS,
      failure,
    })[0] ?? '';

  const first = fail('channel_not_found');
  upstream.advanceClock(HOUR_MS);
  await untilTold(1);
  const second = fail('duplicate');
  upstream.advanceClock(HOUR_MS);
  await untilTold(2);

  expect(told).toEqual([
    expect.stringMatching(
      new RegExp(
        `^Post message to a channel has failed for Demo Ltd: Slack, .+: channel_not_found.*\\n.*${first}$`,
      ),
    ),
    expect.stringMatching(new RegExp(`: There is a contact with this email already.*\\n.*rh-run=${second}$`)),
  ]);
});

test('repeats wait for the same end', async () => {
  const { post, told } = await startEndpoint();
  const body = errored();

  expect(await Promise.all([post(body), post(body)])).toEqual([200, 200]);
  expect(await post(body)).toBe(200);
  expect(told).toHaveLength(1);
});

test('what could not be told is told by the next repeat', async () => {
  const { post, told } = await startEndpoint({ slack: [503] });
  const body = errored();

  expect(await post(body)).toBe(500);
  expect(told).toEqual([]);
  expect(await post(body)).toBe(200);
  expect(told).toHaveLength(1);
});

test.each<[string, { isGatewayUp?: boolean }, string]>([
  ['the gateway cannot be asked', { isGatewayUp: false }, '65410cf6cdf931a12d7ab009'],
  ['there is no such run', {}, 'f'.repeat(24)],
])('without a reason, since %s, it is told all the same', async (_why, setup, id) => {
  const { post, told } = await startEndpoint(setup);

  expect(await post(errored({ instance_id: id, workflow_name: 'A <b> & c' }))).toBe(200);
  expect(told).toEqual([
    `A &lt;b&gt; &amp; c has failed for Demo Ltd: the reason is not known yet\n${LINK}${id}`,
  ]);
});

test.each([
  ['an account that nobody knows', errored({ linked_account_id: 'other@example.com' })],
  ['no account', errored({ linked_account_id: undefined })],
  ['another end', runEvent()],
  ['a changed template', '<failed/>'],
])('of %s nobody is told, and Refold need not repeat it', async (_what, body) => {
  const { post, told } = await startEndpoint();

  expect(await post(body)).toBe(200);
  expect(told).toEqual([]);
});

test('the older spelling and runs out of time count too', async () => {
  const { post, told } = await startEndpoint();

  expect(await post(errored({ event: 'workflow-errored' }))).toBe(200);
  expect(await post(errored({ event: 'Workflow Timed Out', instance_id: 'e'.repeat(24) }))).toBe(200);
  expect(told).toHaveLength(2);
});

test.each([
  ['without a signature', 401, errored(), ''],
  ['with one that is no hexadecimal', 401, errored(), 'zz'],
  ['signed by another key', 401, errored(), signatureOf(errored(), 'tk_else')],
  ['too large', 413, ' '.repeat(262_145), ''],
])('what is %s is refused', async (_what, status, body, signature) => {
  const { post, told } = await startEndpoint();

  expect(await post(body, signature)).toBe(status);
  expect(told).toEqual([]);
});
