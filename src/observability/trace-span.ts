import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import type { SpanAttributes, SpanEvent } from './span-attributes.ts';
import { SpanInContext } from './span-in-context.ts';
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
  readonly tracer: Tracer;
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
  readonly within?: Context;
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
  readonly traceId: string;
  readonly spanId: string;
  /** Whether somebody will see it. */
  readonly isSampled: boolean;
  /** The attempt to ask upstream that was made last within it. */
  lastAttempt: TraceLink | null = null;
  readonly #maker: SpanMaker;
  readonly #span: Span;
  readonly #baggage: string | null;
  readonly #timeOrigin: number;
  #context: Context | null = null;

  /** @param timeOrigin when the monotonic clock was at 0, epoch milliseconds: the same for all of a trace */
  constructor(maker: SpanMaker, span: Span, baggage: string | null, timeOrigin: number) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceId = traceId;
    this.spanId = spanId;
    this.isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    this.#maker = maker;
    this.#span = span;
    this.#baggage = baggage;
    this.#timeOrigin = timeOrigin;
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
    return this.#span.spanContext();
  }

  /** Starts a part of it. */
  start(role: SpanRole, name: string): TraceSpan {
    this.#context ??= new SpanInContext(this.#span);
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
    return new TraceSpan(this.#maker, this.#span, this.#baggage, this.#timeOrigin);
  }

  rename(name: string): void {
    if (this.#span.isRecording()) this.#span.updateName(name);
  }

  set(attributes: SpanAttributes): void {
    if (this.#span.isRecording()) this.#span.setAttributes({ ...attributes });
  }

  note(event: SpanEvent, attributes: SpanAttributes = {}): void {
    if (this.#span.isRecording()) this.#span.addEvent(event, { ...attributes }, nowAt(this.#timeOrigin));
  }

  addLink(context: TraceLink): void {
    if (this.#span.isRecording()) this.#span.addLink({ context });
  }

  /** @param type why, in a word of which there are few */
  fail(type: string): void {
    if (!this.#span.isRecording()) return;
    this.#span.setAttribute('error.type' satisfies keyof SpanAttributes, type);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  /** Safe to call again. */
  end(): void {
    if (this.#span.isRecording()) this.#span.end(nowAt(this.#timeOrigin));
  }

  /** What tells a server that it works for this span. */
  headers(): Record<string, string> {
    const baggage = this.#baggage === null ? {} : { baggage: this.#baggage };
    return this.#maker.passesContext ? { ...traceparentOf(this.link), ...baggage } : baggage;
  }
}

/**
 * Starts a span. The SDK would tell its beginning to the millisecond, and each span by a clock of its own: parts of a trace
 * would seem to begin before the whole, and in any order.
 */
export function startSpan(maker: SpanMaker, start: SpanStart): TraceSpan {
  const { role, name, within = ROOT_CONTEXT, link, baggage = null } = start;
  const { timeOrigin = Date.now() - performance.now() } = start;
  const options = {
    kind: KINDS[role],
    startTime: nowAt(timeOrigin),
    ...(link && { links: [{ context: link }] }),
  };
  return new TraceSpan(maker, maker.tracer.startSpan(name, options, within), baggage, timeOrigin);
}

/** The time of day by the monotonic clock, epoch milliseconds and parts of them. */
function nowAt(timeOrigin: number): number {
  return timeOrigin + performance.now();
}
