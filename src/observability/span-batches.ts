import { ProtobufWriter } from './protobuf-writer.ts';
import type { Attributes } from './span-attributes.ts';
import { resourceMessage, scopeMessage, writeSpan, type Scope } from './span-message.ts';
import type { SpanRecord } from './span-record.ts';
import type { TracingOptions } from './tracing.ts';

/** Spans that are sent at once, as an `ExportTraceServiceRequest`. */
export interface SpanBatch {
  readonly bytes: Buffer;
  readonly count: number;
}

/** Of whom all spans are. */
export interface SpanSource {
  readonly resource: Attributes;
  readonly scope: Scope;
}

/** When a batch is sent, and how many spans may wait and be sent at once. */
type BatchOptions = Omit<TracingOptions['batch'], 'exportTimeoutMs'>;

/** As many may be on their way at once. */
export const MAX_EXPORTS = 30;

/** What has been opened for a batch. */
interface OpenBatch {
  readonly ofResource: number;
  readonly ofScope: number;
  count: number;
}

/**
 * Holds spans that have ended until they are sent, one batch after another, as the SDK's `BatchSpanProcessor` does. Each is
 * written as it ends: what it was made of need not live until then, and is not read again when it has left the caches.
 */
export class SpanBatches {
  readonly #options: BatchOptions;
  readonly #send: (batch: SpanBatch) => Promise<void>;
  readonly #writer = new ProtobufWriter();
  readonly #resource: Buffer;
  readonly #scope: Buffer;
  #open: OpenBatch | null = null;
  /** The oldest first. */
  readonly #full: SpanBatch[] = [];
  /** How many spans wait. */
  #waiting = 0;
  #isSending = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param send resolves when there is no more to do for a batch, whatever has become of it */
  constructor(
    { resource, scope }: SpanSource,
    options: BatchOptions,
    send: (batch: SpanBatch) => Promise<void>,
  ) {
    this.#options = options;
    this.#send = send;
    this.#resource = resourceMessage(this.#writer, resource);
    this.#scope = scopeMessage(this.#writer, scope);
  }

  /** Takes a span that has ended. It is lost where too many wait. */
  add(span: SpanRecord): void {
    const { maxQueue, maxBatch } = this.#options;
    if (this.#isOver || this.#waiting >= maxQueue) return;
    this.#waiting += 1;
    const open = (this.#open ??= this.#begin());
    writeSpan(this.#writer, 2, span);
    open.count += 1;
    if (open.count >= maxBatch) this.#close();
    this.#plan();
  }

  /** Sends what is left, as many at once as may be, and takes no more. */
  async end(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#close();
    // One may be on its way yet.
    const atOnce = MAX_EXPORTS - 1;
    while (this.#full.length > 0) await Promise.all(this.#full.splice(0, atOnce).map(this.#send));
  }

  #begin(): OpenBatch {
    const ofResource = this.#writer.open(1);
    this.#writer.message(1, this.#resource);
    const ofScope = this.#writer.open(2);
    this.#writer.message(1, this.#scope);
    return { ofResource, ofScope, count: 0 };
  }

  #close(): void {
    if (this.#open === null) return;
    const { ofResource, ofScope, count } = this.#open;
    this.#open = null;
    this.#writer.close(ofScope);
    this.#writer.close(ofResource);
    this.#full.push({ bytes: this.#writer.take(), count });
  }

  /** Sees to it that what waits is sent in time. */
  #plan(): void {
    if (this.#isSending || this.#isOver) return;
    if (this.#full.length > 0) void this.#sendNext();
    else if (this.#open !== null)
      this.#timer ??= setTimeout(() => {
        this.#close();
        this.#plan();
      }, this.#options.delayMs).unref();
  }

  async #sendNext(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#full.shift();
    if (batch === undefined) return;
    this.#waiting -= batch.count;
    this.#isSending = true;
    try {
      await this.#send(batch);
    } finally {
      this.#isSending = false;
      this.#plan();
    }
  }
}
