import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Load } from '../../src/http/pressure.ts';
import { aliased } from '../support/hostile.ts';
import { startGate } from '../support/gate.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { inTime } from '../support/eventually.ts';
import { rawConversation } from '../support/raw-request.ts';

afterEach(stopAll);

const LIST = '{ executions { totalCount } }';

/** A gateway that takes itself for this much under pressure, in front of an upstream that answers when told to. */
async function startUnder(load: Partial<Load>, env: Record<string, string> = {}) {
  const gate = await startGate();
  const state: Omit<Load, 'operations'> = { isBusy: false, waitedMs: 0, memoryShare: 0, ...load };
  const gateway = await startGateway({ upstreamUrl: gate.url, env, loadProbe: () => state });
  return { ...gateway, gate, state };
}

const EVENT_LOOP = { isBusy: true, waitedMs: 11 };
const REFUSAL = {
  errors: [
    {
      message: 'There is too much to do at the moment',
      extensions: { code: 'OVERLOADED', retryAfterMs: 1000 },
    },
  ],
};

describe('under pressure', () => {
  test('an operation is refused before its body has come', async () => {
    const { url, gate } = await startUnder(EVENT_LOOP);
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: application/json\r\n`;

    const answer = await rawConversation(url, `${head}content-length: 1000\r\n\r\n{`);

    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(JSON.parse(answer.body)).toEqual(REFUSAL);
    expect(gate.held).toEqual([]);
  });

  test('its page can read the refusal, and its connection is kept', async () => {
    const { url } = await startUnder(EVENT_LOOP, { CORS_ORIGINS: 'https://app.example.com' });
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify({ query: LIST });
    const heads = ['POST /graphql HTTP/1.1', 'GET /health/live HTTP/1.1\r\nconnection: close'];
    const [post, live] = heads.map((line) => `${line}\r\nhost: a\r\norigin: https://app.example.com\r\n`);
    const rest = `content-type: application/json\r\ncontent-length: ${String(body.length)}\r\n\r\n${body}`;
    socket.write(`${post ?? ''}${rest}${live ?? ''}\r\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await inTime('both answers', new Promise((resolve) => socket.once('close', resolve)));

    const answers = Buffer.concat(chunks)
      .toString()
      .split(/(?=HTTP\/1\.1 )/);
    expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 503', 'HTTP/1.1 200']);
    expect(answers[0]).toContain('access-control-allow-origin: https://app.example.com');
  });

  test.each(['/health/live', '/health/ready', '/metrics'])('%s answers all the same', async (path) => {
    const { url } = await startUnder({ ...EVENT_LOOP, memoryShare: 1 }, { MAX_OPERATIONS_IN_PROGRESS: '1' });
    expect((await fetch(url + path)).status).toBe(200);
  });

  test('it is told how often, and what for', async () => {
    const { url, query, state } = await startUnder(EVENT_LOOP);
    await query(LIST);
    await query(LIST);
    Object.assign(state, { isBusy: false });

    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('refold_gateway_overloaded_total{reason="event loop"} 2');
    expect(metrics).toContain('refold_gateway_operations_in_progress 0');
  });
});

describe('where the event loop has had no pause', () => {
  const ROWS = `{ executions(page: { size: 100 }) { ${aliased(20, 'nodes { id workflow { id } }')} } }`;

  test('a heavy operation is refused before it runs, and light ones are answered', async () => {
    const { query, url, gate } = await startUnder({ waitedMs: 201 });

    const refused = await query(ROWS);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.errors).toEqual(REFUSAL.errors);
    expect(gate.held).toEqual([]);
    expect((await query('{ __typename }')).status).toBe(200);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toContain('refold_gateway_overloaded_total{reason="heavy"} 1');
  });

  test('for just as long as others may wait, a heavy one is let in', async () => {
    const { query, gate } = await startUnder({ waitedMs: 200 });
    const asking = query(ROWS);
    await gate.until(() => gate.held.length === 1);
    gate.held[0]?.answer();
    expect((await asking).errors).toEqual([]);
  });

  test('one that has been let in before is answered', async () => {
    const { query, gate, state } = await startUnder({});
    const asking = query(ROWS);
    await gate.until(() => gate.held.length === 1);
    Object.assign(state, { waitedMs: 10_000 });
    gate.held[0]?.answer();
    expect((await asking).errors).toEqual([]);
  });
});

test('operations beyond their number are refused, until others are done', async () => {
  const { query, gate } = await startUnder({}, { MAX_OPERATIONS_IN_PROGRESS: '2' });
  const first = query('{ executions(page: { number: 1 }) { totalCount } }');
  await gate.until(() => gate.held.length === 1);
  const second = query('{ executions(page: { number: 2 }) { totalCount } }');
  await gate.until(() => gate.held.length === 2);

  const refused = await query(LIST, {}, DEMO);
  expect([refused.status, refused.errors[0]?.extensions.code]).toEqual([503, 'OVERLOADED']);
  expect(gate.held).toHaveLength(2);

  gate.held[0]?.answer();
  expect((await first).errors).toEqual([]);
  const third = query('{ executions(page: { number: 3 }) { totalCount } }');
  await gate.until(() => gate.held.length === 3);
  for (const held of gate.held.slice(1)) held.answer();
  expect((await Promise.all([second, third])).map(({ errors }) => errors)).toEqual([[], []]);
});

test('bodies that do not come take no place', async () => {
  const { url, query } = await startUnder({}, { MAX_OPERATIONS_IN_PROGRESS: '1' });
  const { hostname, port } = new URL(url);
  const slow = connect(Number(port), hostname);
  slow.write('POST /graphql HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n');
  await inTime('the word to go on', new Promise((resolve) => slow.once('data', resolve)));

  expect((await query('{ __typename }')).status).toBe(200);
  slow.destroy();
});

test('where memory is used up one operation at a time goes on', async () => {
  const { query, gate } = await startUnder({ memoryShare: 0.95 });
  const only = query(LIST);
  await gate.until(() => gate.held.length === 1);
  expect((await query(LIST)).status).toBe(503);
  gate.held[0]?.answer();
  expect((await only).errors).toEqual([]);
});
