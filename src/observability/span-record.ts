import {
  SpanStatusCode,
  type HrTime,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
} from '@opentelemetry/api';
import { hrTimeDuration, millisToHrTime, type InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanAttributes, SpanEvent } from './span-attributes.ts';

/** What all spans of a gateway have in common, and who sends those that have ended. */
export interface SpanSource {
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly sender: { onEnd(span: ReadableSpan): void };
}

/** How a record begins. */
export interface RecordStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | null;
  readonly link: SpanContext | null;
  /** Epoch milliseconds and parts of them, as all times here. */
  readonly at: number;
}

type Attributes = Record<string, string | number | string[]>;

/** What is kept of a span at the most, the last ones: operations with many calls have many events and links. */
const MAX_EVENTS = 128;
const MAX_LINKS = 64;
/** Of a text, in characters. How many attributes there can be, their names tell. */
const MAX_TEXT = 1024;

const UNSET: SpanStatus = { code: SpanStatusCode.UNSET };
const FAILED: SpanStatus = { code: SpanStatusCode.ERROR };

/**
 * A span that somebody will see, as the SDK sends it. The SDK's own looks at each attribute for whatever it might be, and
 * at contexts for spans and for what else they might hold, which takes more than the rest of a span.
 */
export class SpanRecord implements ReadableSpan {
  name: string;
  readonly kind: SpanKind;
  readonly parentSpanContext?: SpanContext;
  status = UNSET;
  readonly attributes: Attributes = {};
  readonly links: { context: SpanContext }[];
  readonly events: { name: SpanEvent; time: HrTime; attributes: Attributes }[] = [];
  ended = false;
  readonly droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly #context: SpanContext;
  readonly #source: SpanSource;
  readonly #startedAt: number;
  #endedAt = 0;

  constructor(source: SpanSource, { name, kind, context, parent, link, at }: RecordStart) {
    this.name = name;
    this.kind = kind;
    if (parent !== null) this.parentSpanContext = parent;
    this.links = link === null ? [] : [{ context: link }];
    this.#context = context;
    this.#source = source;
    this.#startedAt = at;
  }

  get resource(): Resource {
    return this.#source.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.#source.scope;
  }

  get startTime(): HrTime {
    return millisToHrTime(this.#startedAt);
  }

  get endTime(): HrTime {
    return millisToHrTime(this.#endedAt);
  }

  get duration(): HrTime {
    return hrTimeDuration(this.startTime, this.endTime);
  }

  spanContext(): SpanContext {
    return this.#context;
  }

  rename(name: string): void {
    if (!this.ended) this.name = name;
  }

  set(attributes: SpanAttributes): void {
    if (!this.ended) add(this.attributes, attributes);
  }

  note(name: SpanEvent, told: SpanAttributes, at: number): void {
    if (this.ended) return;
    if (this.events.length >= MAX_EVENTS) {
      this.events.shift();
      this.droppedEventsCount += 1;
    }
    const attributes: Attributes = {};
    add(attributes, told);
    this.events.push({ name, time: millisToHrTime(at), attributes });
  }

  addLink(context: SpanContext): void {
    if (this.ended) return;
    if (this.links.length >= MAX_LINKS) {
      this.links.shift();
      this.droppedLinksCount += 1;
    }
    this.links.push({ context });
  }

  fail(): void {
    if (!this.ended) this.status = FAILED;
  }

  end(at: number): void {
    if (this.ended) return;
    this.#endedAt = at;
    this.ended = true;
    this.#source.sender.onEnd(this);
  }
}

/** Adds what is said, without what is left out. */
function add(attributes: Attributes, told: SpanAttributes): void {
  for (const name in told) {
    const value = told[name as keyof SpanAttributes];
    if (value === undefined) continue;
    attributes[name] =
      typeof value === 'string' && value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
  }
}
