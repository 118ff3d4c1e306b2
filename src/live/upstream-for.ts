import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
import { endOwnTrace } from '../observability/operation-trace.ts';
import { SPANS } from '../observability/span-attributes.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { Ask, Send } from '../upstream/call.ts';
import type { Capabilities } from '../upstream/capabilities.ts';
import type { PageLimits } from '../upstream/endpoints/page-limits.ts';
import { createUpstream, type Upstream } from '../upstream/endpoints/upstream.ts';
import {
  startOperation,
  type Ledger,
  type Operation,
  type Priority,
  type StartedOperation,
} from '../upstream/operation.ts';

/** Whose runs are read, and with what. */
export interface ReadingParts {
  readonly send: Send;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  /** How large pages can be for a caller. */
  readonly pageLimits: (identityOf: () => string) => PageLimits;
  /** Null: tracing is off. */
  readonly tracing: Tracing | null;
}

/** How long a reading may take. */
const READING_MS = 10_000;

/** How a reading begins. */
export interface ReadingStart {
  /** What is read. */
  readonly what: 'list' | 'runs';
  readonly tracing: Tracing | null;
  /** Ends it early. */
  readonly within: AbortSignal;
  readonly priority: Priority;
  /** Where its cost is entered; null: nobody waits for it. */
  readonly ledger: Ledger | null;
}

/** Starts a reading: an operation that no request has brought, and a trace of its own. */
export function startReading(
  clock: Clock,
  { what, tracing, within, priority, ledger }: ReadingStart,
): StartedOperation {
  const trace = tracing?.start('internal', SPANS.reading, null) ?? null;
  trace?.set({ 'refold.live.what': what, 'refold.priority': priority });
  return startOperation(clock, {
    requestId: randomUUID(),
    priority,
    timeoutMs: READING_MS,
    tooLate: 'The reading took too long',
    within,
    trace,
    ...(ledger !== null && { ledger }),
  });
}

/** Ends it. @param error what it failed with; left out: it did not */
export function endReading(operation: StartedOperation, error?: unknown): void {
  operation.end();
  const { trace, ledger } = operation;
  if (trace !== null) endOwnTrace(trace, ledger, error);
}

/**
 * Upstream for one reading. Whatever was answered since the last reading will do, whoever asked for it: replicas and
 * queries read for those who watch, and the other way round.
 */
export function upstreamFor(parts: ReadingParts, operation: Operation): Upstream {
  const { send, credential, capabilities, pageLimits } = parts;
  const identityOf = () => credential.identity;
  const ask: Ask = async (request) =>
    (await send({ ...request, credential, operation, isAnySince: true })).value;
  return createUpstream(ask, capabilities.of(identityOf), pageLimits(identityOf));
}
