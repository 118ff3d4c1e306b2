import type { Socket } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { Contexts, SignedIn } from '../../contexts.ts';
import { GatewayError, unauthenticated } from '../../domain/errors.ts';
import type { RawRequest } from '../../graphql/limits/request.ts';
import type { ClientName } from '../../observability/client-name.ts';
import { logDefect, type Logger } from '../../observability/logger.ts';
import type { TraceLink } from '../../observability/trace-span.ts';
import { clientOfParams } from '../client-name.ts';
import type { Desk, Results } from './desk.ts';
import { onExpiry } from './expiry.ts';
import type { Quota } from './quota.ts';
import { isSignIn, presentedBy, type Presented } from './socket-sign-in.ts';
import { ENDINGS, type Ending } from './viewer.ts';

/** What callers are served with. */
export interface CallerParts {
  readonly contexts: Contexts;
  readonly desk: Desk;
  readonly quota: Quota;
  readonly clock: Clock;
  readonly initTimeoutMs: number;
  readonly logger: Logger;
}

/** The request that a WebSocket began with. */
export interface Upgrade {
  readonly requestId: string;
  readonly headers: Presented;
  /** What its client says that it is. */
  readonly client: ClientName | null;
  readonly socket: Socket;
  /** The request, in traces; null: tracing is off. */
  readonly link: TraceLink | null;
}

/** Who is at the other end of a WebSocket. */
export interface Caller {
  /**
   * Signs in with the parameters that the connection begins with, once.
   * @returns whether that is good; if not, the connection ends
   */
  readonly init: (params: Readonly<Record<string, unknown>> | undefined) => Promise<boolean>;
  /** Opens an operation. */
  readonly ask: (request: RawRequest, onBegun: () => void) => Results;
  /** Nobody is there any more. */
  readonly leave: () => void;
}

/** How long somebody may stay who has not signed in, and asks for nothing. */
const IDLE_MS = 60_000;

/** @param end ends the connection */
export function createCaller(
  { requestId, headers, client: clientOfUpgrade, socket, link }: Upgrade,
  { contexts, desk, quota, clock, initTimeoutMs, logger }: CallerParts,
  end: (ending: Ending) => void,
): Caller {
  const open = quota.ofConnection();
  let client = clientOfUpgrade;
  let signedIn: SignedIn = unauthenticated('Sign in when the connection begins');
  let asked = 0;
  let hasLeft = false;
  let exit = () => {
    // It has not entered.
  };
  let cancel = clock.after(initTimeoutMs, () => {
    end(ENDINGS.LATE);
  });

  const endExpired = () => {
    end(ENDINGS.EXPIRED);
  };
  /** Ends the connection of somebody unknown who asks for nothing: it takes a place that others could have. */
  const lookWhetherIdle = () => {
    const askedBefore = asked;
    cancel = clock.after(IDLE_MS, () => {
      if (asked === askedBefore && open.open() === 0) end(ENDINGS.IDLE);
      else lookWhetherIdle();
    });
  };

  /**
   * Whether an operation is let in though there is too much to do: clients take its error for the end of a subscription,
   * and come back only where the connection ends.
   */
  const insists = (request: RawRequest): boolean => {
    if (open.open() > 0) return desk.looksLikeSubscription(request);
    end(ENDINGS.BUSY);
    return false;
  };

  const signIn = async (params: Readonly<Record<string, unknown>> | undefined): Promise<boolean> => {
    const presented = presentedBy(params, headers);
    signedIn = await contexts.signIn(presented);
    if (signedIn instanceof Error && isSignIn(presented)) throw signedIn;
    if (hasLeft) return false;
    const entered = quota.enter(signedIn instanceof Error ? null : signedIn.identity);
    if (entered === null) {
      end(ENDINGS.BUSY);
      return false;
    }
    exit = entered;
    if (signedIn instanceof Error) lookWhetherIdle();
    else cancel = onExpiry(signedIn, clock, endExpired);
    return true;
  };

  return {
    init: async (params) => {
      cancel();
      client = clientOfParams(params) ?? clientOfUpgrade;
      return signIn(params).catch((error: unknown) => {
        if (!(error instanceof GatewayError)) logDefect(logger, error, { requestId });
        end(endingOf(error));
        return false;
      });
    },
    ask: (request, onBegun) => {
      asked += 1;
      return desk.ask(
        {
          request,
          signedIn,
          requestId: `${requestId}.${String(asked)}`,
          client,
          link,
          transport: 'websocket',
          socket,
          quota: open,
          insists: () => insists(request),
        },
        onBegun,
      );
    },
    leave: () => {
      hasLeft = true;
      exit();
      cancel();
    },
  };
}

/** Why a connection ends whose caller is not let in. What is wrong with the credentials stays wrong. */
function endingOf(error: unknown): Ending {
  if (!(error instanceof GatewayError)) return ENDINGS.DEFECT;
  const { code, message } = error;
  const isFinal = code === 'UNAUTHENTICATED' || code === 'BAD_USER_INPUT';
  return isFinal ? { code: 4401, reason: message } : ENDINGS.BUSY;
}
