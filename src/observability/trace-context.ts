import type { IncomingHttpHeaders } from 'node:http';
import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import { TraceState } from '@opentelemetry/core';

/** Version, trace, parent and flags, as W3C Trace Context has them. Later versions may have more behind that. */
const TRACEPARENT =
  /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.{0,200})?$/;
/** The version that may have nothing behind it. */
const VERSION = '00';

/** The largest that is taken; W3C asks for 512 and 8,192 at least, and for 64 members. */
const MAX_STATE_LENGTH = 512;
const MAX_BAGGAGE_LENGTH = 8192;
const MAX_BAGGAGE_MEMBERS = 64;
/** Of a member of baggage: its key, its value, which is percent-encoded, and its properties. */
const BAGGAGE_KEY = /^[\w!#$%&'*+.^`|~-]+$/;
const BAGGAGE_VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const BAGGAGE_PROPERTIES = /^[\x20-\x2b\x2d-\x7e]*$/;

/** The span that has caused a request, by its headers; null where they name none, or are malformed. */
export function remoteSpanOf({ traceparent, tracestate }: IncomingHttpHeaders): SpanContext | null {
  if (traceparent === undefined) return null;
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(textIn(traceparent)) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === VERSION && more !== undefined) return null;
  const state = textIn(tracestate);
  return {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED,
    isRemote: true,
    ...(state !== '' && state.length <= MAX_STATE_LENGTH && { traceState: new TraceState(state) }),
  };
}

/** The baggage of a request, as it may be passed on; null where there is none, where it is too large, or malformed. */
export function baggageOf({ baggage }: IncomingHttpHeaders): string | null {
  const text = textIn(baggage);
  if (text === '' || text.length > MAX_BAGGAGE_LENGTH) return null;
  const members = text.split(',').map((member) => member.trim());
  const isSound = members.length <= MAX_BAGGAGE_MEMBERS && members.every(isBaggageMember);
  return isSound ? members.join(',') : null;
}

/** Whether it is one. It is cut up first: a pattern for all of it would try each blank with each part. */
function isBaggageMember(member: string): boolean {
  const [pair = '', ...properties] = member.split(';');
  const [key = '', ...value] = pair.split('=');
  return (
    value.length > 0 &&
    BAGGAGE_KEY.test(key.trim()) &&
    BAGGAGE_VALUE.test(value.join('=').trim()) &&
    BAGGAGE_PROPERTIES.test(properties.join(';'))
  );
}

/** The headers that name a span as the parent of what is asked. */
export function traceparentOf({ traceId, spanId, traceFlags, traceState }: SpanContext) {
  const flags = (traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0');
  const tracestate = traceState?.serialize() ?? '';
  return {
    traceparent: `${VERSION}-${traceId}-${spanId}-${flags}`,
    ...(tracestate !== '' && { tracestate }),
  };
}

/** A header's value; of one that was sent more than once, all of them, which is none that is sound for most. */
function textIn(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}
