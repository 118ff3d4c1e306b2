import { SpanStatusCode, type SpanContext, type SpanKind } from '@opentelemetry/api';
import {
  addAttributes,
  type Attributes,
  type CommonAttributes,
  type SpanAttributes,
  type SpanEvent,
} from './span-attributes.ts';

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

/** What is kept of a span at the most, the last ones: operations with many calls have many events and links. */
const MAX_EVENTS = 128;
const MAX_LINKS = 64;

/**
 * A span that somebody will see, until it has ended. The SDK's own looks at each attribute for whatever it might be, and
 * at contexts for spans and for what else they might hold, which takes more than the rest of a span.
 */
export class SpanRecord {
  name: string;
  readonly kind: SpanKind;
  readonly context: SpanContext;
  readonly parent: SpanContext | null;
  readonly startedAt: number;
  /** Null: it has not ended. */
  endedAt: number | null = null;
  status = SpanStatusCode.UNSET;
  readonly common: CommonAttributes[] = [];
  readonly attributes: Attributes = {};
  readonly links: SpanContext[];
  readonly events: { name: SpanEvent; at: number; attributes: Attributes }[] = [];
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly #onEnd: (record: SpanRecord) => void;

  /** @param onEnd takes it, once it has ended */
  constructor({ name, kind, context, parent, link, at }: RecordStart, onEnd: (record: SpanRecord) => void) {
    this.name = name;
    this.kind = kind;
    this.context = context;
    this.parent = parent;
    this.links = link === null ? [] : [link];
    this.startedAt = at;
    this.#onEnd = onEnd;
  }

  rename(name: string): void {
    if (this.endedAt === null) this.name = name;
  }

  set(attributes: SpanAttributes): void {
    if (this.endedAt === null) addAttributes(this.attributes, attributes);
  }

  setCommon(common: CommonAttributes): void {
    if (this.endedAt === null) this.common.push(common);
  }

  note(name: SpanEvent, told: SpanAttributes, at: number): void {
    if (this.endedAt !== null) return;
    if (this.events.length >= MAX_EVENTS) {
      this.events.shift();
      this.droppedEventsCount += 1;
    }
    const attributes: Attributes = {};
    addAttributes(attributes, told);
    this.events.push({ name, at, attributes });
  }

  addLink(context: SpanContext): void {
    if (this.endedAt !== null) return;
    if (this.links.length >= MAX_LINKS) {
      this.links.shift();
      this.droppedLinksCount += 1;
    }
    this.links.push(context);
  }

  fail(): void {
    if (this.endedAt === null) this.status = SpanStatusCode.ERROR;
  }

  end(at: number): void {
    if (this.endedAt !== null) return;
    this.endedAt = at;
    this.#onEnd(this);
  }
}
