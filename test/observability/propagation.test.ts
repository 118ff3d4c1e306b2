import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO, stopAll } from '../support/gateway.ts';
import { stopCollectors } from '../support/otlp.ts';
import { CALLER, named, PARENT, startTraced, the, TRACE_ID } from '../support/traced.ts';

afterEach(stopAll);
afterEach(stopCollectors);

const LIST = '{ executions(page: { size: 1 }) { totalCount } }';

/** Asks once with these headers; answers the request's span, and the headers that upstream was sent. */
async function trace(headers: Record<string, string>, env: Record<string, string> = {}) {
  const { query, sandbox, allSpans } = await startTraced({ env });
  await query(LIST, {}, { ...DEMO, ...headers });
  const spans = await allSpans();
  const [request] = named(spans, 'POST /graphql');
  const { traceparent, tracestate, baggage } = sandbox.requests()[0]?.headers ?? {};
  return { request, spans, sent: { traceparent, tracestate, baggage } };
}

describe('a traceparent', () => {
  test.each([
    ['of this version', PARENT.traceparent],
    ['with flags that nobody knows yet', `00-${TRACE_ID}-${CALLER}-ff`],
    ['of a later version', `01-${TRACE_ID}-${CALLER}-01-more`],
  ])('%s is the parent', async (_case, traceparent) => {
    const { request, sent } = await trace({ traceparent });
    expect(request).toMatchObject({ traceId: TRACE_ID, parentId: CALLER });
    expect(sent.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  });

  test.each([
    ['empty', ''],
    ['something else', 'a parent'],
    ['in capitals', PARENT.traceparent.toUpperCase()],
    ['of version ff', `ff-${TRACE_ID}-${CALLER}-01`],
    ['of this version, with more behind it', `${PARENT.traceparent}-more`],
    ['too long', `01-${TRACE_ID}-${CALLER}-01-${'m'.repeat(500)}`],
    ['of no trace', `00-${'0'.repeat(32)}-${CALLER}-01`],
    ['of no span', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['sent twice', `${PARENT.traceparent}, ${PARENT.traceparent}`],
  ])('that is %s is nobody’s, and neither is its tracestate', async (_case, traceparent) => {
    const { request, sent } = await trace({ traceparent, tracestate: 'front=1' });
    expect(request).toMatchObject({ parentId: null, links: [] });
    expect(request?.traceId).not.toBe(TRACE_ID);
    expect(sent.tracestate).toBeUndefined();
  });

  test('of a trace that is not kept is passed on, and nothing is sent to the collector', async () => {
    const { spans, sent } = await trace({ traceparent: `00-${TRACE_ID}-${CALLER}-00` });
    expect(spans).toEqual([]);
    expect(sent.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
  });

  test('is linked to where that is said, and nothing else of the caller’s is taken', async () => {
    const headers = { ...PARENT, tracestate: 'front=1', baggage: 'tier=gold' };
    const { request, sent } = await trace(headers, { TRACE_CONTEXT: 'link' });
    expect(request).toMatchObject({ parentId: null, links: [{ traceId: TRACE_ID, spanId: CALLER }] });
    expect(request?.traceId).not.toBe(TRACE_ID);
    expect(sent).toEqual({
      traceparent: expect.stringContaining(request?.traceId ?? '-'),
      tracestate: undefined,
      baggage: undefined,
    });
  });

  test('is nothing where that is said', async () => {
    const { request, sent } = await trace({ ...PARENT, baggage: 'tier=gold' }, { TRACE_CONTEXT: 'ignore' });
    expect(request).toMatchObject({ parentId: null, links: [] });
    expect(sent.baggage).toBeUndefined();
  });
});

describe('baggage', () => {
  test.each([
    ['one member', 'tier=gold', 'tier=gold'],
    ['several, with properties and blanks', 'a=1;p , b = %20x;q=2', 'a=1;p,b = %20x;q=2'],
    [
      'as many as may be',
      Array.from({ length: 64 }, (_, nth) => `k${String(nth)}=v`).join(','),
      expect.stringContaining('k63=v'),
    ],
    ['too many', Array.from({ length: 65 }, (_, nth) => `k${String(nth)}=v`).join(','), undefined],
    ['too large', `k=${'v'.repeat(8192)}`, undefined],
    ['no member', 'gold', undefined],
    ['a value that is not encoded', 'tier="gold"', undefined],
    ['a value with blanks', 'tier=go ld', undefined],
    ['a value with more of what is between key and value', 'a=b=c', 'a=b=c'],
    ['blanks and no end', `a=${' '.repeat(8000)}"`, undefined],
    ['empty', '', undefined],
  ])('goes on as it came, or not at all: %s', async (_case, baggage, expected) => {
    const { sent } = await trace({ baggage });
    expect(sent.baggage).toEqual(expected);
  });
});

describe('a tracestate', () => {
  test.each([
    ['is passed on', 'front=1,other=two', 'front=1,other=two'],
    ['is passed on without what is malformed', 'front=1,=2,UPPER', 'front=1'],
    ['that is too long is not', `front=${'1'.repeat(600)}`, undefined],
  ])('%s', async (_case, tracestate, expected) => {
    const { sent } = await trace({ ...PARENT, tracestate });
    expect(sent.tracestate).toBe(expected);
  });
});

describe('what is passed on', () => {
  test.each([
    ['none', { traceparent: undefined, baggage: undefined }],
    ['tracecontext', { traceparent: expect.any(String), baggage: undefined }],
    ['baggage', { traceparent: undefined, baggage: 'tier=gold' }],
  ])('is what OTEL_PROPAGATORS says: %s', async (OTEL_PROPAGATORS, expected) => {
    const { spans, sent } = await trace({ ...PARENT, baggage: 'tier=gold' }, { OTEL_PROPAGATORS });
    expect(sent).toMatchObject(expected);
    expect(the(spans, 'POST /graphql').parentId).toBe(OTEL_PROPAGATORS === 'tracecontext' ? CALLER : null);
  });

  test('is nothing while tracing is off', async () => {
    const { spans, sent } = await trace({ ...PARENT, baggage: 'tier=gold' }, { OTEL_SDK_DISABLED: 'true' });
    expect([spans, sent]).toEqual([
      [],
      { traceparent: undefined, tracestate: undefined, baggage: undefined },
    ]);
  });
});

describe('a sampler', () => {
  test.each([
    ['always_off', PARENT, false],
    ['always_on', { traceparent: `00-${TRACE_ID}-${CALLER}-00` }, true],
    ['traceidratio', PARENT, false],
    ['parentbased_traceidratio', PARENT, true],
    ['parentbased_always_off', {}, false],
  ])('keeps what it says: %s', async (OTEL_TRACES_SAMPLER, headers, isKept) => {
    const { spans } = await trace(headers, { OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG: '0' });
    expect(spans.length > 0).toBe(isKept);
  });
});
