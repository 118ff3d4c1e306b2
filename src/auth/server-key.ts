import type { KeyObject } from 'node:crypto';
import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import type { Clock } from '../clock.ts';
import { apiKeyCredential } from '../domain/credential.ts';
import { DAY_MS } from '../domain/day.ts';
import { GatewayError, unauthenticated } from '../domain/errors.ts';
import { isLinkedAccountId } from '../domain/id.ts';
import type { Strategy } from './strategy.ts';
import { claimsOf } from './claims.ts';

/** How to recognise and check the tokens of the customer's own product. */
export interface ServerKeyOptions {
  /** The organisation's API key, held here so that no browser ever sees it. */
  readonly apiKey: string;
  /** Where the keys are published, or the one key. */
  readonly keys: URL | KeyObject;
  readonly issuer: string;
  readonly audience: string;
  /** The claim that names the linked account. */
  readonly claim: string;
}

/** How far clocks may differ. */
const LEEWAY_SECONDS = 60;

/**
 * Way 3: a JWT of the customer's own product, signed with RS256 or ES256. The linked account is what the verified
 * claim says, whatever the request says elsewhere. Tokens of another issuer are left to the other strategies.
 */
export function createServerKey(options: ServerKeyOptions, clock: Clock): Strategy {
  const { apiKey, keys, issuer, audience, claim } = options;
  const check: JWTVerifyOptions = {
    issuer,
    audience,
    algorithms: ['RS256', 'ES256'],
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['exp'],
  };
  const verify = keys instanceof URL ? remoteVerifier(keys, check, clock) : localVerifier(keys, check);
  return async ({ bearer }) => {
    if (bearer === null || claimsOf(bearer).iss !== issuer) return null;
    const payload = await verify(bearer).catch((error: unknown) => {
      throw refusalOf(error);
    });
    const linkedAccountId = payload[claim];
    if (!isLinkedAccountId(linkedAccountId)) {
      throw unauthenticated(`The token's claim ${claim} does not name a linked account`);
    }
    return apiKeyCredential('SERVER_KEY', apiKey, linkedAccountId);
  };
}

type Verify = (token: string) => Promise<JWTPayload>;

function localVerifier(key: KeyObject, check: JWTVerifyOptions): Verify {
  return async (token) => (await jwtVerify(token, key, check)).payload;
}

/** Older keys are fetched anew behind the callers' backs. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** Older keys verify nothing any more: for so long an outage of the host that publishes them goes unnoticed. */
const KEEP_FOR_MS = DAY_MS;

/**
 * Verifies with published keys. A key id that is not among those known means that the keys have been rotated, so
 * they are fetched anew at once, a single time for all who wait; made-up key ids can cause no more than a few
 * fetches, and then one in ten seconds.
 */
function remoteVerifier(url: URL, check: JWTVerifyOptions, clock: Clock): Verify {
  // When to fetch is decided here, by the clock.
  const keySet = createRemoteJWKSet(url, {
    timeoutDuration: 2000,
    cooldownDuration: Infinity,
    cacheMaxAge: Infinity,
  });
  const published: JWTVerifyGetKey = (header, token) => keySet(header, token).catch(unlessFetched);
  const verify: Verify = async (token) => (await jwtVerify(token, published, check)).payload;

  let loads = 0;
  let loadedAt = -Infinity;
  let triedAt = -Infinity;
  let loading: Promise<void> | null = null;
  const load = () => {
    if (loading !== null) return loading;
    triedAt = clock.now();
    loading = keySet
      .reload()
      .then(() => {
        loads += 1;
        loadedAt = clock.now();
      }, unlessFetched)
      .finally(() => (loading = null));
    return loading;
  };
  const mayRefetch = createPermits(clock);

  return async (token) => {
    const ageMs = clock.now() - loadedAt;
    if (ageMs > KEEP_FOR_MS) await load();
    else if (ageMs > REFRESH_AFTER_MS && clock.now() - triedAt >= PERMIT_EVERY_MS)
      void load().catch(() => null);
    const loadsBefore = loads;
    try {
      return await verify(token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      if (loads === loadsBefore) {
        if (loading === null && !mayRefetch()) throw error;
        await load();
      }
      return await verify(token);
    }
  };
}

const PERMITS = 5;
const PERMIT_EVERY_MS = 10_000;

/** Hands out a few permits, and then one in ten seconds. */
function createPermits(clock: Clock): () => boolean {
  let permits = PERMITS;
  let countedAt = clock.now();
  return () => {
    const now = clock.now();
    permits = Math.min(PERMITS, permits + (now - countedAt) / PERMIT_EVERY_MS);
    countedAt = now;
    if (permits < 1) return false;
    permits -= 1;
    return true;
  };
}

/** Tells keys that could not be had from keys that do not fit the token. */
function unlessFetched(error: unknown): never {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    throw error;
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'The keys to verify tokens with cannot be fetched');
}

/** What the caller is told: which check failed, never what the token or the keys were. */
function refusalOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.JWTExpired) return unauthenticated('The token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    return unauthenticated(`The token's claim ${error.claim} is not acceptable`);
  }
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return unauthenticated('The token must be signed with RS256 or ES256');
  }
  return unauthenticated('The token cannot be verified');
}
