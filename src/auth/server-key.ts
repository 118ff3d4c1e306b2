import type { KeyObject } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from 'jose';
import type { Clock } from '../clock.ts';
import { apiKeyCredential } from '../domain/credential.ts';
import { GatewayError, unauthenticated } from '../domain/errors.ts';
import { isLinkedAccountId } from '../domain/id.ts';
import type { Logger } from '../observability/logger.ts';
import { isOfIssuer } from './issuer.ts';
import { createPublishedKeys, type Verify } from './published-keys.ts';
import type { Strategy } from './strategy.ts';

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
const ALGORITHMS = ['RS256', 'ES256'];

/**
 * Way 3: a JWT of the customer's own product, signed with RS256 or ES256. The linked account is what the verified
 * claim says, whatever the request says elsewhere. Tokens of another issuer are left to the other strategies.
 */
export function createServerKey(options: ServerKeyOptions, clock: Clock, logger: Logger): Strategy {
  const { apiKey, keys, issuer, audience, claim } = options;
  const check: JWTVerifyOptions = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: LEEWAY_SECONDS,
    requiredClaims: ['exp'],
  };
  const verify: Verify =
    keys instanceof URL
      ? createPublishedKeys(keys, clock, logger)
      : async (token, options) => (await jwtVerify(token, keys, options)).payload;

  const payloadOf = async (token: string): Promise<JWTPayload> => {
    try {
      checkUnverified(token, options, Math.floor(clock.date() / 1000));
      return await verify(token, { ...check, currentDate: new Date(clock.date()) });
    } catch (error) {
      throw refusalOf(error);
    }
  };

  const credentialOf = async (token: string) => {
    const payload = await payloadOf(token);
    const linkedAccountId = payload[claim];
    if (!isLinkedAccountId(linkedAccountId)) {
      throw unauthenticated(`The token's claim ${claim} does not name a linked account`);
    }
    return apiKeyCredential('SERVER_KEY', apiKey, linkedAccountId, endOf(payload, clock));
  };

  return ({ bearer }) => (bearer === null || !isOfIssuer(bearer, issuer) ? null : credentialOf(bearer));
}

/** When a good token ends, epoch milliseconds: one that has ended is good for as long as clocks may differ. */
function endOf({ exp }: JWTPayload, clock: Clock): number | null {
  if (exp === undefined) return null;
  return exp * 1000 > clock.date() ? exp * 1000 : (exp + LEEWAY_SECONDS) * 1000;
}

/** What a JWT looks like: three parts, each of it base64url. Anything else is not worth asking for keys. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Refuses a token that cannot be good, whatever the keys are, so that nobody can have keys fetched with it. It says
 * what verifying it would say.
 */
function checkUnverified(token: string, { issuer, audience }: ServerKeyOptions, now: number): void {
  const { alg } = decodeProtectedHeader(token);
  if (alg === undefined || !ALGORITHMS.includes(alg)) throw new errors.JOSEAlgNotAllowed();
  if (!COMPACT.test(token)) throw new errors.JWSInvalid('It has not three parts');
  const payload = decodeJwt(token);
  const refuse = (claim: string) => new errors.JWTClaimValidationFailed('', payload, claim);
  if (payload.iss !== issuer) throw refuse('iss');
  if (![payload.aud].flat().includes(audience)) throw refuse('aud');
  const { exp, nbf } = payload;
  if (typeof exp !== 'number') throw refuse('exp');
  if (exp <= now - LEEWAY_SECONDS) throw new errors.JWTExpired('', payload);
  if (nbf !== undefined && !(nbf <= now + LEEWAY_SECONDS)) throw refuse('nbf');
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
