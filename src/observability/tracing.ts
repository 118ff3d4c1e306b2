import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock.ts';
import type { Logger } from './logger.ts';
import type { SpanRole, TraceLink, TraceSpan } from './trace-span.ts';

/** What makes traces. There is none where tracing is off. */
export interface Tracing {
  /** Starts the span of a request that has come in: a part of the trace that its headers name, as far as they are believed. */
  receive(name: string, headers: IncomingHttpHeaders): TraceSpan;
  /** Starts a trace. @param link what it has to do with, without being a part of it */
  start(role: SpanRole, name: string, link: TraceLink | null): TraceSpan;
  /** Sends what is left, and waits for that a little. */
  stop(): Promise<void>;
}

/** What is believed of a `traceparent` that comes in: it is the parent, or it is linked to, or it is nothing. */
export type IncomingContext = 'parent' | 'link' | 'ignore';

/** How traces are made and where they are sent to; see `settings/tracing.ts`. */
export interface TracingOptions {
  readonly exporter: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
    readonly compression: 'gzip' | 'none';
    /** PEM: whom to believe, and who this is; left out: as Node.js does it. */
    readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  };
  readonly sampler: {
    /** What becomes of a trace that begins here. */
    readonly root: 'always_on' | 'always_off' | 'traceidratio';
    /** From 0 to 1. */
    readonly ratio: number;
    /** Whether a parent has decided already. */
    readonly isParentBased: boolean;
  };
  readonly batch: {
    readonly delayMs: number;
    readonly exportTimeoutMs: number;
    readonly maxQueue: number;
    readonly maxBatch: number;
  };
  /** Who the spans are of, by the names of the conventions. */
  readonly resource: Readonly<Record<string, string>>;
  readonly propagators: readonly ('tracecontext' | 'baggage')[];
  readonly incoming: IncomingContext;
}

/** What traces are made with besides their settings. */
export interface TracingParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether answers tell the ids of their traces. */
  readonly showsIds: boolean;
}
