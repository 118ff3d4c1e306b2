import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startGateway, stopAll, type Setup } from '../support/gateway.ts';
import { createProduct } from '../support/product.ts';
import { rawConversation } from '../support/raw-request.ts';
import { postWebhook, runEvent, signatureOf, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(stopAll);

const ACCEPTED = { status: 200, body: { outcome: 'accepted' } };
const REPEATED = { status: 200, body: { outcome: 'repeated' } };
const IGNORED = { status: 200, body: { outcome: 'ignored' } };
const REFUSED = { status: 401, body: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } };

function startOpen(setup: Setup = {}) {
  return startGateway({ ...setup, env: { ...WEBHOOKS_ON, ...setup.env } });
}

/** A request as text, of which not everything need be there. */
function head(...lines: readonly string[]): string {
  return ['POST /webhooks/refold HTTP/1.1', 'host: a', 'connection: close', ...lines, '', ''].join('\r\n');
}

describe('a signature', () => {
  test('is that of the raw body, byte for byte', async () => {
    const { url } = await startOpen();
    const body = ` ${runEvent()}\n`;

    expect(await postWebhook(url, body)).toMatchObject(ACCEPTED);
    expect(await postWebhook(url, body.trim(), [['x-cobalt-signature', signatureOf(body)]])).toMatchObject(
      REFUSED,
    );
  });

  const BODY = runEvent();
  const GOOD = signatureOf(BODY);
  test.each<[string, readonly (readonly [string, string])[]]>([
    ['missing', []],
    ['empty', [['x-cobalt-signature', '']]],
    ['of another key', [['x-cobalt-signature', signatureOf(BODY, 'tk_other')]]],
    ['of another body', [['x-cobalt-signature', signatureOf(`${BODY} `)]]],
    ['too short', [['x-cobalt-signature', GOOD.slice(0, 62)]]],
    ['too long', [['x-cobalt-signature', `${GOOD}00`]]],
    ['no hexadecimal digits', [['x-cobalt-signature', GOOD.replace(/^./, 'x')]]],
    ['named', [['x-cobalt-signature', `sha256=${GOOD}`]]],
    [
      'given twice',
      [
        ['x-cobalt-signature', GOOD],
        ['X-Cobalt-Signature', GOOD],
      ],
    ],
    ['two in one', [['x-cobalt-signature', `${GOOD}, ${GOOD}`]]],
    ['in another header', [['x-hub-signature', GOOD]]],
  ])('that is %s is refused', async (_case, headers) => {
    const { url, sandbox } = await startOpen();

    expect(await postWebhook(url, BODY, headers)).toMatchObject(REFUSED);
    expect(sandbox.requests()).toEqual([]);
  });

  test('may be in upper case', async () => {
    const { url } = await startOpen();

    expect(await postWebhook(url, BODY, [['x-cobalt-signature', GOOD.toUpperCase()]])).toMatchObject(
      ACCEPTED,
    );
  });

  test('may be of any of several keys, and of the one that the gateway holds', async () => {
    const { env } = await createProduct();
    const { url } = await startGateway({ env: { ...env, WEBHOOK_SECRETS: 'pk_old, pk_new' } });
    const signedWith = async (secret: string) => {
      const body = runEvent({ config_id: secret });
      return postWebhook(url, body, [['x-cobalt-signature', signatureOf(body, secret)]]);
    };

    for (const secret of ['pk_old', 'pk_new', 'tk_demo']) {
      expect(await signedWith(secret)).toMatchObject(ACCEPTED);
    }
    expect(await signedWith('pk_older')).toMatchObject(REFUSED);
  });

  test('of the documented example is the documented one', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/webhooks.md'), 'utf8');
    const [body = '', signature = ''] = [...page.matchAll(/^```text\n(.*)\n```$/gm)].map(
      ([, text = '']) => text,
    );
    const [, key = ''] = /With the key `(\w+)`/.exec(page) ?? [];
    const { url } = await startGateway({ env: { WEBHOOK_SECRETS: key } });

    expect(signatureOf(body, key)).toBe(signature);
    expect(await postWebhook(url, body, [['x-cobalt-signature', signature]])).toMatchObject(ACCEPTED);
  });
});

describe('a body', () => {
  test.each<[string, string | Uint8Array]>([
    ['empty', ''],
    ['no JSON', 'event=Workflow+Completed'],
    ['a list', `[${runEvent()}]`],
    ['null', 'null'],
    ['a text', '"Workflow Completed"'],
    ['cut', runEvent().slice(0, -2)],
    [
      'no UTF-8',
      Buffer.concat([Buffer.from('{"event":"Workflow Completed","a":"'), Buffer.from([0xff, 0x22, 0x7d])]),
    ],
    ['nested without end', '['.repeat(100_000)],
    ['nested a hundred thousand times', `{"event":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['of an unknown event', runEvent({ event: 'Workflow Started' })],
    ['of no event', runEvent({ event: null })],
    ['of an event that every object has', runEvent({ event: 'constructor' })],
    ['of nobody', runEvent({ linked_account_id: null, instance_id: null })],
    ['of ids that are none', runEvent({ linked_account_id: ' ', instance_id: '../../workflow/1' })],
    [
      'of ids too large to be exact',
      '{"event":"Workflow Completed","instance_id":1e999,"linked_account_id":1e300}',
    ],
    ['of objects for ids', runEvent({ linked_account_id: { a: 1 }, instance_id: ['1'] })],
  ])('that is %s is taken and ignored', async (_case, body) => {
    const { url, logs } = await startOpen();

    expect(await postWebhook(url, body)).toMatchObject(IGNORED);
    expect(logs.join('')).not.toContain('"level":50');
  });

  test.each<[string, string]>([
    ['of an unknown account', runEvent({ linked_account_id: 'nobody@example.com' })],
    ['with keys of its own', runEvent({ more: { a: [1, 2] }, toString: 1 })],
    [
      'with keys that objects are made of',
      runEvent().replace('{', '{"__proto__":{"event":"x"},"constructor":{"prototype":1},'),
    ],
    ['with the same key twice', runEvent().replace('{', '{"event":"Workflow Started",')],
    ['with a number for an id', runEvent({ instance_id: 12345 })],
    ['with a byte order mark', `\uFEFF${runEvent()}`],
    ['without an account', runEvent({ linked_account_id: undefined })],
    ['without a run', runEvent({ instance_id: undefined })],
  ])('%s is taken', async (_case, body) => {
    const { url } = await startOpen();

    expect(await postWebhook(url, body)).toMatchObject(ACCEPTED);
    expect(({} as { event?: unknown }).event).toBeUndefined();
  });

  test.each([
    ['application/json'],
    ['text/plain'],
    ['application/json; charset=utf-16'],
    ['not a type'],
    ['multipart/form-data; boundary=x'],
  ])('may be called %s', async (type) => {
    const { url } = await startOpen();
    const body = runEvent();
    const headers = [
      ['x-cobalt-signature', signatureOf(body)],
      ['content-type', type],
    ] as const;

    expect(await postWebhook(url, body, headers)).toMatchObject(ACCEPTED);
  });

  test('is not unpacked: what is signed are its bytes', async () => {
    const { url } = await startOpen();
    const body = runEvent();
    const headers = [
      ['x-cobalt-signature', signatureOf(body)],
      ['content-encoding', 'gzip'],
    ] as const;

    expect(await postWebhook(url, body, headers)).toMatchObject(ACCEPTED);
  });

  test('may come in chunks', async () => {
    const { url } = await startOpen();
    const body = runEvent();
    const sent = head(`x-cobalt-signature: ${signatureOf(body)}`, 'transfer-encoding: chunked');
    const answer = await rawConversation(url, `${sent}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);

    expect(answer.status).toBe(200);
  });

  test('that is too large is refused before it has come', async () => {
    const { url } = await startOpen();
    const signature = `x-cobalt-signature: ${signatureOf('')}`;
    const large = await rawConversation(url, `${head(signature, 'content-length: 10485760')}{`);
    const first = `${(262_145).toString(16)}\r\n${'a'.repeat(262_145)}`;
    const chunked = await rawConversation(url, `${head(signature, 'transfer-encoding: chunked')}${first}`);

    expect([large.status, chunked.status]).toEqual([413, 413]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('refold_gateway_webhooks_total{outcome="refused"} 2');
  });

  test('of somebody who has not signed it is not waited for', async () => {
    const { url } = await startOpen();

    expect((await rawConversation(url, `${head('content-length: 1000')}{`)).status).toBe(401);
  });

  test('that breaks off harms nobody', async () => {
    const { url, logs } = await startOpen();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.end(`${head(`x-cobalt-signature: ${signatureOf('')}`, 'content-length: 1000')}{`);
    await text(socket);

    expect(await postWebhook(url, runEvent())).toMatchObject(ACCEPTED);
    expect(logs.join('')).not.toContain('"level":50');
  });
});

describe('a webhook that comes again', () => {
  test('is taken, and counts once', async () => {
    const { url } = await startOpen();

    expect(await postWebhook(url, runEvent())).toMatchObject(ACCEPTED);
    expect(await postWebhook(url, runEvent())).toMatchObject(REPEATED);
    expect(await postWebhook(url, runEvent({ config_id: '2' }))).toMatchObject(ACCEPTED);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('refold_gateway_webhooks_total{outcome="accepted"} 2');
    expect(metrics).toContain('refold_gateway_webhooks_total{outcome="repeated"} 1');
  });
});

describe('the route', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is not for %s', async (method) => {
    const { url } = await startOpen();

    expect(await postWebhook(url, runEvent(), undefined, method)).toMatchObject({
      status: 405,
      allow: 'POST',
    });
  });

  test('says where there is no secret that it is off', async () => {
    const { url } = await startGateway();

    expect(await postWebhook(url, runEvent())).toMatchObject({
      status: 404,
      body: {
        errors: [
          { message: 'Webhooks are off here: WEBHOOK_SECRETS is not set, and neither is REFOLD_API_KEY' },
        ],
      },
    });
  });

  test('is open while load is shed', async () => {
    const { url } = await startOpen({
      loadProbe: () => ({ isBusy: true, waitedMs: 10_000, memoryShare: 1 }),
    });

    expect(await postWebhook(url, runEvent())).toMatchObject(ACCEPTED);
  });

  test('logs what it was and what became of it, and nothing of the body', async () => {
    const { url, logs } = await startOpen();
    await postWebhook(url, runEvent({ event: 'workflow-timed-out', error: { message: 'hush' } }));
    await postWebhook(url, runEvent({ event: 'hush' }));

    const lines = logs.join('');
    expect(lines).toContain('"event":"WORKFLOW_TIMED_OUT","outcome":"accepted"');
    expect(lines).toContain('"event":null,"outcome":"ignored"');
    expect(lines).not.toMatch(/hush|demo@example\.com|65410cf6cdf931a12d7ab009/);
  });
});
