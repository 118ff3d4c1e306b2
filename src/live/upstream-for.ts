import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Credential } from '../domain/credential.ts';
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
}

/** How long a reading may take. */
const READING_MS = 10_000;

/**
 * Starts a reading: an operation that no request has brought.
 * @param within ends it early
 * @param ledger where its cost is entered; null: nobody waits for it
 */
export function startReading(
  clock: Clock,
  within: AbortSignal,
  priority: Priority,
  ledger: Ledger | null,
): StartedOperation {
  return startOperation(clock, {
    requestId: randomUUID(),
    priority,
    timeoutMs: READING_MS,
    tooLate: 'The reading took too long',
    within,
    ...(ledger !== null && { ledger }),
  });
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
