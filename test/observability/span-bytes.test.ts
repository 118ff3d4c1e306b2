import { expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode, type SpanContext } from '@opentelemetry/api';
import { millisToHrTime, TraceState } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  CommonAttributes,
  type Attributes,
  type SpanAttributes,
  type SpanEvent,
} from '../../src/observability/span-attributes.ts';
import { SpanBatches, type SpanBatch } from '../../src/observability/span-batches.ts';
import { SpanRecord } from '../../src/observability/span-record.ts';
import { createRandom, type Random } from '../support/random.ts';

const SOURCE = {
  resource: { 'service.name': 'run history – 履歴', 'service.version': '1.2.3' },
  scope: { name: 'refold-gateway', version: '1.2.3' },
};
const RESOURCE = resourceFromAttributes(SOURCE.resource);

const TEXTS = ['', 'POST', 'ä', '履歴', '🙂', '\u0000\u007f\u0080\u07ff\u0800\uffff', '\ud800', 'x\udc00y'];
const LENGTHS = [1, 60, 127, 128, 300, 1023, 2000];
const NUMBERS = [
  ...[0, -0, 1, 127, 128, 200, -1, -128, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), 2 ** 53, 2 ** 62],
  ...[-(2 ** 63), 2 ** 63, 1e300, -1e300, 0.5, -0.1, 5e-324, NaN, Infinity, -Infinity],
];

/** What several spans say alike. */
const COMMON = [
  new CommonAttributes({ 'http.route': '/graphql', 'network.protocol.version': '1.1' }),
  new CommonAttributes({ 'refold.answer': 'remembered' }),
  new CommonAttributes({ 'http.response.status_code': 200 }),
];

const textOf = (random: Random) =>
  random.chance(0.3)
    ? random.pick(['a', 'ä', '🙂', '\ud800']).repeat(random.pick(LENGTHS))
    : random.pick(TEXTS);

/** The types say which attributes there can be, and what of: the bytes must be right for all of them. */
function attributesOf(random: Random): SpanAttributes {
  const drawn = {
    'http.request.method': textOf(random),
    'url.template': textOf(random),
    'server.port': random.pick(NUMBERS),
    'refold.rate.waited_ms': random.pick(NUMBERS),
    'refold.error.codes': Array.from({ length: random.below(4) }, () => textOf(random)),
    'graphql.operation.name': undefined,
  };
  return Object.fromEntries(random.some(Object.entries(drawn), 0.6));
}

function contextOf(random: Random): SpanContext {
  const traceState = random.chance(0.3)
    ? { traceState: new TraceState(random.pick(['', 'front=1,b=2'])) }
    : {};
  const isRemote = random.chance(0.5) ? { isRemote: random.chance(0.5) } : {};
  return {
    traceId: random.hex(32),
    spanId: random.hex(16),
    traceFlags: random.below(2),
    ...traceState,
    ...isRemote,
  };
}

const timeOf = (random: Random) =>
  random.pick([0, 1.7e12, 1_795_478_400_000.25, 4.2e12]) + random.below(1e9) / random.pick([1, 3, 1024]);

/** A span of which anything may be said, also more than is kept. */
function drawSpan(random: Random, onEnd: (record: SpanRecord) => void): void {
  const record = new SpanRecord(
    {
      name: textOf(random),
      kind: random.pick([SpanKind.SERVER, SpanKind.CLIENT, SpanKind.INTERNAL]),
      context: contextOf(random),
      parent: random.chance(0.5) ? contextOf(random) : null,
      link: random.chance(0.3) ? contextOf(random) : null,
      at: timeOf(random),
    },
    onEnd,
  );
  for (const common of random.some(COMMON, 0.3)) record.setCommon(common);
  for (let set = random.below(4); set > 0; set--) record.set(attributesOf(random));
  for (let event = random.pick([0, 0, 1, 3, 130]); event > 0; event--)
    record.note(random.pick<SpanEvent>(['cache', 'coalesced']), attributesOf(random), timeOf(random));
  for (let link = random.pick([0, 0, 1, 70]); link > 0; link--) record.addLink(contextOf(random));
  if (random.chance(0.3)) record.rename(textOf(random));
  if (random.chance(0.3)) record.fail();
  record.end(timeOf(random));
}

/** The same as the SDK has it. */
function readable(record: SpanRecord): ReadableSpan {
  const { name, kind, context, parent, startedAt, endedAt, status, common, attributes, links, events } =
    record;
  return {
    name,
    kind,
    spanContext: () => context,
    ...(parent !== null && { parentSpanContext: parent }),
    startTime: millisToHrTime(startedAt),
    endTime: millisToHrTime(endedAt ?? NaN),
    duration: [0, 0],
    ended: true,
    status: { code: status },
    attributes: Object.assign({}, ...common.map((one) => one.attributes), attributes) as Attributes,
    links: links.map((linked) => ({ context: linked })),
    events: events.map((event) => ({ ...event, time: millisToHrTime(event.at) })),
    droppedAttributesCount: 0,
    droppedEventsCount: record.droppedEventsCount,
    droppedLinksCount: record.droppedLinksCount,
    resource: RESOURCE,
    instrumentationScope: SOURCE.scope,
  };
}

test.each([
  ['one by one', 1],
  ['many at once', 64],
])('what is sent of spans, %s, is what the serializer of the SDK would send', async (_case, maxBatch) => {
  const random = createRandom(20_261_127);
  const sent: SpanBatch[] = [];
  const batches = new SpanBatches(SOURCE, { delayMs: 60_000, maxQueue: 10_000, maxBatch }, (batch) => {
    sent.push(batch);
    return Promise.resolve();
  });
  const records: SpanRecord[] = [];
  for (let span = 0; span < 320; span++)
    drawSpan(random, (record) => {
      records.push(record);
      batches.add(record);
    });
  await batches.end();

  expect(records.some(({ droppedLinksCount }) => droppedLinksCount > 0)).toBe(true);
  expect(records.some(({ status }) => status === SpanStatusCode.ERROR)).toBe(true);
  for (const { bytes, count } of sent) {
    const theirs = ProtobufTraceSerializer.serializeRequest(records.splice(0, count).map(readable));
    expect(bytes.toString('hex')).toBe(Buffer.from(theirs ?? []).toString('hex'));
  }
  expect(records).toEqual([]);
});
