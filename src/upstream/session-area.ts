import { GatewayError, type ErrorCode } from '../domain/errors.ts';
import { Recent } from '../domain/recent.ts';
import type { Send, UpstreamAnswer, UpstreamCall } from './call.ts';

/** Of so many identities it is known where they are answered. */
const MAX_IDENTITIES = 10_000;

/**
 * Asks on behalf of session tokens in the part of the API that is for them, where they are refused what may be for
 * API keys alone. Where an identity was answered is remembered for that identity, and asked first from then on.
 */
export function withSessionArea(send: Send): Send {
  const answeredThere = new Recent<true>(MAX_IDENTITIES);

  const askEither = async <T>(call: UpstreamCall<T>, area: 'f-sdk'): Promise<UpstreamAnswer<T>> => {
    const { identity } = call.credential;
    const askThere = async () => {
      const answer = await send({ ...call, area, route: `/${area}${call.route}` });
      answeredThere.set(identity, true);
      return answer;
    };
    if (answeredThere.has(identity)) {
      try {
        return await askThere();
      } catch (error) {
        if (!hasCode(error, 'FORBIDDEN') || call.operation.mayCallAgain?.() === false) throw error;
        answeredThere.delete(identity);
      }
    }
    try {
      return await send(call);
    } catch (refusal) {
      if (!hasCode(refusal, 'FORBIDDEN') || call.operation.mayCallAgain?.() === false) throw refusal;
      return askThere().catch((error: unknown) => {
        // Where nobody has been answered yet, a 404 may as well say that there is no such part of the API. A 401 says
        // that the token is good for nothing.
        throw hasCode(error, 'FORBIDDEN', 'NOT_FOUND') ? refusal : error;
      });
    }
  };

  return (call) => {
    const { forSessions: area, credential } = call;
    const isElsewhere = area !== undefined && area !== null && credential.kind === 'SESSION_TOKEN';
    return isElsewhere ? askEither(call, area) : send(call);
  };
}

function hasCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof GatewayError && codes.includes(error.code);
}
