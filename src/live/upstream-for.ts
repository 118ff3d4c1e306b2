import type { Credential } from '../domain/credential.ts';
import type { Ask, Send } from '../upstream/call.ts';
import type { Capabilities } from '../upstream/capabilities.ts';
import type { PageLimits } from '../upstream/endpoints/page-limits.ts';
import { createUpstream, type Upstream } from '../upstream/endpoints/upstream.ts';
import type { Operation } from '../upstream/operation.ts';

/** Whose runs are read, and with what. */
export interface ReadingParts {
  readonly send: Send;
  readonly credential: Credential;
  readonly capabilities: Capabilities;
  /** How large pages can be for a caller. */
  readonly pageLimits: (identityOf: () => string) => PageLimits;
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
