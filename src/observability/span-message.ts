import type { SpanContext } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.ts';
import type { Attributes, AttributeValue, CommonAttributes } from './span-attributes.ts';
import type { SpanRecord } from './span-record.ts';

// The numbers of fields are those of opentelemetry-proto, which are there to stay. What says nothing is written where the
// SDK's serializer writes it: so both can be compared byte by byte.

/** What has made the spans. */
export interface Scope {
  readonly name: string;
  readonly version: string;
}

/** In flags: that it is known whether a parent, or what is linked to, is in another program; that it is. */
const KNOWS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Those of a span. */
const ATTRIBUTES = 9;

const TWO_TO_16 = 2 ** 16;
const TWO_TO_32 = 2 ** 32;
const TWO_TO_63 = 2 ** 63;
const NANOS = 1e9;

/** Writes a `Resource`. The writer must be empty, and is so again. */
export function resourceMessage(writer: ProtobufWriter, attributes: Attributes): Buffer {
  writeAttributes(writer, 1, attributes);
  writer.varint(2, 0);
  return writer.take();
}

/** Writes an `InstrumentationScope`, the same way. */
export function scopeMessage(writer: ProtobufWriter, { name, version }: Scope): Buffer {
  writer.text(1, name);
  writer.text(2, version);
  return writer.take();
}

/** Writes a span that has ended. */
export function writeSpan(writer: ProtobufWriter, field: number, span: SpanRecord): void {
  const { context, parent } = span;
  const opened = writer.open(field);
  writeContext(writer, context);
  if (parent !== null) writer.hex(4, parent.spanId);
  writer.text(5, span.name);
  // Those of the API begin with 0, which here is unknown.
  writer.varint(6, span.kind + 1);
  writeTime(writer, 7, span.startedAt);
  writeTime(writer, 8, span.endedAt ?? span.startedAt);
  for (const common of span.common) writeCommon(writer, common);
  writeAttributes(writer, ATTRIBUTES, span.attributes);
  writer.varint(10, 0);
  for (const { name, at, attributes } of span.events) {
    const event = writer.open(11);
    writeTime(writer, 1, at);
    writer.text(2, name);
    writeAttributes(writer, 3, attributes);
    writer.varint(4, 0);
    writer.close(event);
  }
  writer.varint(12, span.droppedEventsCount);
  for (const linked of span.links) {
    const link = writer.open(13);
    writeContext(writer, linked);
    writer.varint(5, 0);
    writer.fixed32(6, flagsOf(linked, linked));
    writer.close(link);
  }
  writer.varint(14, span.droppedLinksCount);
  const status = writer.open(15);
  writer.varint(3, span.status);
  writer.close(status);
  writer.fixed32(16, flagsOf(context, parent));
  writer.close(opened);
}

function writeContext(writer: ProtobufWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  const state = traceState?.serialize() ?? '';
  if (state !== '') writer.text(3, state);
}

function flagsOf({ traceFlags }: SpanContext, other: SpanContext | null): number {
  return (traceFlags & 0xff) | KNOWS_REMOTE | (other?.isRemote === true ? IS_REMOTE : 0);
}

/**
 * Writes nanoseconds, which are more than a number holds: by halves.
 * @param at epoch milliseconds and parts of them
 */
function writeTime(writer: ProtobufWriter, field: number, at: number): void {
  const seconds = Math.trunc(at / 1000);
  const upper = Math.floor(seconds / TWO_TO_16) * NANOS;
  const lower =
    (seconds % TWO_TO_16) * NANOS + (upper % TWO_TO_16) * TWO_TO_16 + Math.round((at % 1000) * 1e6);
  writer.fixed64(field, Math.floor(upper / TWO_TO_16) + Math.floor(lower / TWO_TO_32), lower % TWO_TO_32);
}

function writeCommon(writer: ProtobufWriter, common: CommonAttributes): void {
  if (common.bytes !== null) {
    writer.fields(common.bytes);
    return;
  }
  const start = writer.length;
  writeAttributes(writer, ATTRIBUTES, common.attributes);
  common.bytes = writer.since(start);
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined) continue;
    const pair = writer.open(field);
    writer.text(1, name);
    const opened = writer.open(2);
    writeValue(writer, value);
    writer.close(opened);
    writer.close(pair);
  }
}

function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.text(1, value);
  else if (typeof value === 'object') {
    const list = writer.open(5);
    for (const text of value) {
      const item = writer.open(1);
      writer.text(1, text);
      writer.close(item);
    }
    writer.close(list);
  } else if (Number.isInteger(value) && value >= -TWO_TO_63 && value < TWO_TO_63) writer.varint(3, value);
  else writer.double(4, value);
}
