import { afterEach, describe, expect, test } from '@jest/globals';
import { addFailed, begin, ended } from '../support/bulk.ts';
import { DEMO, stopAll } from '../support/gateway.ts';
import { closeSockets, connectSocket } from '../support/live-socket.ts';
import { closeStreams, openEvents, openParts } from '../support/live-streams.ts';
import { stopCollectors } from '../support/otlp.ts';
import { FAILED } from '../support/sandbox.ts';
import { linkTo, named, PARENT, startTraced, the, TRACE_ID } from '../support/traced.ts';
import { postWebhook, runEvent, signatureOf, WEBHOOKS_ON } from '../support/webhooks.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
  await stopCollectors();
});

const WATCH = 'subscription Watch { executionsChanged { cursor changes { kind execution { id } } } }';

describe('a subscription', () => {
  test.each([
    ['server-sent events', openEvents],
    ['multipart', openParts],
  ])('has a request that ends when it begins, and events that are linked to it: %s', async (_how, open) => {
    const { url, sandbox, clock, collector } = await startTraced({ sandbox: { executions: 3 } });
    const stream = await open(url, { query: WATCH, headers: PARENT });
    await stream.next();
    const request = await collector.span('the request', ({ name }) => name === 'POST /graphql');
    expect(request).toMatchObject({ traceId: TRACE_ID, attributes: { 'http.response.status_code': 200 } });
    const opened = await collector.span('the operation', ({ name }) => name === 'subscription');
    expect(opened).toMatchObject({
      traceId: TRACE_ID,
      parentId: request.spanId,
      attributes: { 'graphql.operation.name': 'Watch', 'graphql.operation.type': 'subscription' },
    });

    sandbox.addExecutions({ account: DEMO.linked_account_id, status: 'RUNNING' });
    const next = stream.next();
    await clock.until((due) => due.length > 0);
    clock.advance(60_000);
    await next;
    const event = await collector.span(
      'the event',
      ({ name, spanId }) => name === 'subscription' && spanId !== opened.spanId,
    );
    expect(event).toMatchObject({ parentId: null, links: [linkTo(opened)] });
    expect(event.traceId).not.toBe(TRACE_ID);
  });

  test('over WebSocket is a trace of its own, linked to the request that the connection began with', async () => {
    const { url, collector } = await startTraced();
    const client = await connectSocket(url, { headers: PARENT });
    await client.init(DEMO);
    client.subscribe('1', WATCH);
    await client.next();
    const handshake = await collector.span('the handshake', ({ name }) => name === 'GET /graphql');
    expect(handshake).toMatchObject({ traceId: TRACE_ID, attributes: { 'http.response.status_code': 101 } });
    const opened = await collector.span('the operation', ({ name }) => name === 'subscription');
    expect(opened).toMatchObject({ parentId: null, links: [linkTo(handshake)] });
  });

  test('is read for by a trace that is nobody’s', async () => {
    const { url, collector } = await startTraced();
    const stream = await openEvents(url, { query: WATCH, headers: PARENT });
    await stream.next();
    const reading = await collector.span('the reading', ({ name }) => name === 'live reading');
    expect(reading).toMatchObject({
      parentId: null,
      attributes: {
        'refold.live.what': 'list',
        'refold.priority': 'interactive',
        'refold.cost.actual': expect.any(Number),
      },
    });
    expect(reading.traceId).not.toBe(TRACE_ID);
    const call = await collector.span('its call', ({ parentId }) => parentId === reading.spanId);
    expect(call.kind).toBe('client');
  });
});

test('a bulk job is a trace of its own, linked to the operation that has started it', async () => {
  const gateway = await startTraced();
  const ids = addFailed(gateway, 3);
  const begun = await begin(gateway, { ids });
  await ended(gateway, begun.id);
  const spans = await gateway.allSpans();

  const job = the(spans, 'bulk job');
  expect(job).toMatchObject({
    parentId: null,
    links: [linkTo(the(spans, 'mutation'))],
    attributes: { 'refold.bulk.kind': 'RERUN', 'refold.bulk.items': 3, 'refold.bulk.state': 'COMPLETED' },
  });
  const changes = named(spans, 'POST /api/v2/public/execution/{execution_id}/rerun');
  expect(changes.map(({ parentId, traceId }) => [parentId, traceId])).toEqual(
    ids.map(() => [job.spanId, job.traceId]),
  );
});

test('what is fetched anew behind somebody’s back is a trace of its own, linked to who was shown the older', async () => {
  const { query, ask, clock, queued, takeAllTurns, collector } = await startTraced({
    env: {
      UPSTREAM_RATE_PER_SECOND: '1',
      UPSTREAM_BURST: '1',
      CACHE_LIST_MS: '2000',
      CACHE_STALE_MS: '60000',
    },
  });
  const LIST = 'query List { executions(page: { size: 2 }) { totalCount } }';
  await query(LIST);
  clock.advance(5000);
  void ask(1);
  void ask(2).catch(() => undefined);
  await queued(1);
  const { extensions } = await query(LIST);
  expect(extensions.upstream.asOf).not.toBeNull();
  await takeAllTurns(2000);
  await clock.until((due) => due.length > 0);
  clock.advance(2000);
  const refresh = await collector.span('the refresh', ({ name }) => name === 'cache refresh');
  const { traceId } = extensions as unknown as { traceId: string };
  expect(refresh).toMatchObject({ parentId: null, links: [{ traceId }] });
  expect(refresh.traceId).not.toBe(traceId);
});

test('a webhook is traced, with what it tells of and what became of it', async () => {
  const { url, logs, allSpans } = await startTraced({ env: WEBHOOKS_ON });
  const body = runEvent({ instance_id: FAILED });
  await postWebhook(url, body, [
    ['x-cobalt-signature', signatureOf(body)],
    ['traceparent', PARENT.traceparent],
  ]);
  await postWebhook(url, body, [['x-cobalt-signature', 'f'.repeat(64)]]);
  const spans = named(await allSpans(), 'POST /webhooks/refold');
  expect(spans).toMatchObject([
    {
      traceId: TRACE_ID,
      attributes: {
        'http.route': '/webhooks/refold',
        'http.response.status_code': 200,
        'refold.webhook.outcome': 'accepted',
        'refold.webhook.event': 'WORKFLOW_COMPLETED',
      },
    },
    { attributes: { 'http.response.status_code': 401, 'refold.webhook.outcome': 'refused' } },
  ]);
  expect(logs.filter((line) => line.includes('"webhook"')).map((line) => line.includes(TRACE_ID))).toEqual([
    true,
    false,
  ]);
});
