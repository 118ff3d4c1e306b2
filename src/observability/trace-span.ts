import { SpanKind, TraceFlags, type SpanContext } from '@opentelemetry/api';
import type { CommonAttributes, SpanAttributes, SpanEvent } from './span-attributes.ts';
import type { SpanIds } from './span-ids.ts';
import { SpanRecord } from './span-record.ts';
import { traceparentOf } from './trace-context.ts';

/** What can be linked to when the span itself is over: its ids, and nothing that it says. */
export type TraceLink = SpanContext;

/** Who waits for whom: `server` for what has come in, `client` for what goes out, `internal` for the rest. */
export type SpanRole = 'server' | 'client' | 'internal';

const KINDS: Readonly<Record<SpanRole, SpanKind>> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
};

/** What all spans of a gateway are made with. */
export interface SpanMaker {
  /** Takes those that have ended, and that somebody will see. */
  readonly onEnd: (record: SpanRecord) => void;
  readonly ids: SpanIds;
  /** Whether the spans of a trace are kept. @param parent what it goes on from, perhaps in another program */
  readonly isSampled: (traceId: string, parent: SpanContext | null) => boolean;
  /** Whether `traceparent` and `tracestate` are passed on. */
  readonly passesContext: boolean;
  /** Whether answers show the id of their trace. */
  readonly showsIds: boolean;
}

/** How a span begins. */
export interface SpanStart {
  readonly role: SpanRole;
  readonly name: string;
  /** Its parent, if it has one. */
  readonly within?: SpanContext;
  /** What it has to do with, without being a part of it. */
  readonly link?: TraceLink | null;
  /** The caller's baggage, as it is passed on. */
  readonly baggage?: string | null;
  /** What tells the time in its trace; left out: it begins with this span. */
  readonly timeOrigin?: number;
}

/**
 * A part of a trace that is under way. It is handed on with the operation that it is of: nothing is active, so that
 * nothing has to follow the program through its promises. Once it has ended, what is said of it any more is left out.
 */
export class TraceSpan {
  /** The attempt to ask upstream that was made last within it. */
  lastAttempt: TraceLink | null = null;
  readonly #maker: SpanMaker;
  readonly #context: SpanContext;
  /** Null: nobody will see it. */
  readonly #record: SpanRecord | null;
  readonly #baggage: string | null;
  readonly #timeOrigin: number;

  /** @param timeOrigin when the monotonic clock was at 0, epoch milliseconds: the same for all of a trace */
  constructor(
    maker: SpanMaker,
    context: SpanContext,
    record: SpanRecord | null,
    { baggage, timeOrigin }: { readonly baggage: string | null; readonly timeOrigin: number },
  ) {
    this.#maker = maker;
    this.#context = context;
    this.#record = record;
    this.#baggage = baggage;
    this.#timeOrigin = timeOrigin;
  }

  get traceId(): string {
    return this.#context.traceId;
  }

  get spanId(): string {
    return this.#context.spanId;
  }

  /** Whether somebody will see it. */
  get isSampled(): boolean {
    return this.#record !== null;
  }

  /** As lines of the log have them. */
  get ids(): { readonly traceId: string; readonly spanId: string } {
    return { traceId: this.traceId, spanId: this.spanId };
  }

  /** What an answer tells of it; null: nothing, outside development. */
  get shownId(): string | null {
    return this.#maker.showsIds ? this.traceId : null;
  }

  get link(): TraceLink {
    return this.#context;
  }

  /** Starts a part of it. */
  start(role: SpanRole, name: string): TraceSpan {
    return startSpan(this.#maker, {
      role,
      name,
      within: this.#context,
      baggage: this.#baggage,
      timeOrigin: this.#timeOrigin,
    });
  }

  /** Starts a trace of its own that is linked to it: for what goes on when nobody waits for it any more. */
  startApart(name: string): TraceSpan {
    return startSpan(this.#maker, { role: 'internal', name, link: this.link });
  }

  /** The same span for work that several share: its attempts are told from others within the span. */
  twin(): TraceSpan {
    const shared = { baggage: this.#baggage, timeOrigin: this.#timeOrigin };
    return new TraceSpan(this.#maker, this.#context, this.#record, shared);
  }

  rename(name: string): void {
    this.#record?.rename(name);
  }

  set(attributes: SpanAttributes): void {
    this.#record?.set(attributes);
  }

  setCommon(common: CommonAttributes): void {
    this.#record?.setCommon(common);
  }

  note(event: SpanEvent, attributes: SpanAttributes = {}): void {
    this.#record?.note(event, attributes, nowAt(this.#timeOrigin));
  }

  addLink(context: TraceLink): void {
    this.#record?.addLink(context);
  }

  /** @param type why, in a word of which there are few */
  fail(type: string): void {
    this.#record?.set({ 'error.type': type });
    this.#record?.fail();
  }

  /** Safe to call again. */
  end(): void {
    this.#record?.end(nowAt(this.#timeOrigin));
  }

  /** What tells a server that it works for this span. */
  headers(): Record<string, string> {
    const baggage = this.#baggage === null ? {} : { baggage: this.#baggage };
    return this.#maker.passesContext ? { ...traceparentOf(this.link), ...baggage } : baggage;
  }
}

/** Starts a span. Its times are those of one clock for all of a trace, so that no part seems to begin before the whole. */
export function startSpan(maker: SpanMaker, start: SpanStart): TraceSpan {
  const { role, name, within: parent = null, link = null, baggage = null } = start;
  const now = performance.now();
  const { timeOrigin = Date.now() - now } = start;
  const traceId = parent?.traceId ?? maker.ids.traceId();
  const isSampled = maker.isSampled(traceId, parent);
  const spanId = maker.ids.spanId();
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const traceState = parent?.traceState;
  const context: SpanContext =
    traceState === undefined ? { traceId, spanId, traceFlags } : { traceId, spanId, traceFlags, traceState };
  const record = isSampled
    ? new SpanRecord({ name, kind: KINDS[role], context, parent, link, at: timeOrigin + now }, maker.onEnd)
    : null;
  return new TraceSpan(maker, context, record, { baggage, timeOrigin });
}

/** The time of day by the monotonic clock, epoch milliseconds and parts of them. */
function nowAt(timeOrigin: number): number {
  return timeOrigin + performance.now();
}
