import type { Clock } from '../clock.ts';
import type { Identified } from '../domain/credential.ts';
import type { Redact } from '../domain/failure.ts';
import type { Hint } from '../domain/hint.ts';
import { logDefect, type Logger } from '../observability/logger.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { SharedRedis } from '../redis/shared-redis.ts';
import { createBroadcast } from './broadcast.ts';
import { changeOf, type Change } from './change.ts';
import { createOutdated, type Outdated } from './outdated.ts';
import { createReasons, type Reasons } from './reasons.ts';
import { createRepeats } from './repeats.ts';
import { signedBy } from './signature.ts';
import { createSigningKey } from './signing-key.ts';
import { readWebhook, type WebhookEvent } from './webhook.ts';

/**
 * What became of a webhook. `accepted`: it counts. `repeated`: it has counted before. `ignored`: it is signed, and
 * nobody can tell what it is about. `refused`: nobody who may has signed it.
 */
export type WebhookOutcome = 'accepted' | 'repeated' | 'ignored' | 'refused';

/** What was received, and what became of it. */
export interface Received {
  readonly outcome: WebhookOutcome;
  /** Null: it is not understood, or was not read. */
  readonly event: WebhookEvent | null;
}

/** Upstream's webhooks: hints that something has changed, and the reasons that they bring. */
export interface Webhooks {
  /**
   * Takes a webhook. It never fails. Null: there is no secret to check it with.
   * @param trace of its request; null: tracing is off
   */
  readonly receive: ((body: Buffer, signature: string, trace: TraceSpan | null) => Promise<Received>) | null;
  readonly outdated: Pick<Outdated, 'at'>;
  readonly reasons: Pick<Reasons, 'of'>;
  /** Calls back with every hint to executions, also with those that other replicas were given. */
  onHint(listener: (hint: Hint) => void): void;
}

/** What webhooks are received with. */
export interface WebhooksOptions {
  /** What they may be signed with: keys of one organisation. None: there are no webhooks. */
  readonly secrets: readonly string[];
  /** What the replicas share; null: this is the only one. */
  readonly redis: SharedRedis | null;
  /** Which linked account somebody acts for; null: nobody can tell. */
  readonly accountOf: (credential: Identified) => string | null;
  readonly redact: Redact;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Builds what receives webhooks. */
export function createWebhooks(options: WebhooksOptions): Webhooks {
  const { accountOf, redact, clock, logger } = options;
  const redis = options.redis?.connection ?? null;
  const keys = [...new Set(options.secrets)].map(createSigningKey);
  const outdated = createOutdated({ accountOf, now: () => clock.now() });
  const reasons = createReasons({ keys, redis, accountOf, redact });
  const repeats = createRepeats(redis);
  const listeners = new Set<(hint: Hint) => void>();

  const hear = (change: Change, agoMs: number, isRelayed: boolean) => {
    if (change.about === 'CONNECTION') {
      if (change.accountTag !== undefined) outdated.noteConnection(change.accountTag, agoMs);
      return;
    }
    const { accountTag, runId } = change;
    const hint = {
      agoMs,
      isRelayed,
      ...(accountTag !== undefined && { accountTag }),
      ...(runId !== undefined && { runId }),
    };
    outdated.noteRun(hint);
    for (const listener of listeners) {
      safely(logger, () => {
        listener(hint);
      });
    }
  };
  const broadcast = createBroadcast(options.redis?.hints ?? null, hear);

  const receive = async (body: Buffer, signature: string, trace: TraceSpan | null): Promise<Received> => {
    const signed = signedBy(keys, body, signature);
    if (signed === null) return { outcome: 'refused', event: null };
    const webhook = readWebhook(body);
    if (webhook === null) return { outcome: 'ignored', event: null };
    const { event, linkedAccountId, runId, reason } = webhook;
    // A run ends once. What names none may be the same of something that is new.
    const isRepeat = runId !== null && !(await repeats.isFirst(signed.contentHash, trace));
    if (isRepeat) return { outcome: 'repeated', event };
    // Who is told of the run asks for its reason.
    if (reason !== null && runId !== null && linkedAccountId !== null) {
      await reasons.keep(signed.key, linkedAccountId, runId, reason, trace);
    }
    broadcast(changeOf(webhook));
    return { outcome: 'accepted', event };
  };

  return {
    receive: keys.length === 0 ? null : receive,
    outdated,
    reasons,
    onHint: (listener) => {
      listeners.add(listener);
    },
  };
}

/** Upstream is told that its webhook has come, whatever a defect makes of it here. */
function safely(logger: Logger, listen: () => void): void {
  try {
    listen();
  } catch (error) {
    logDefect(logger, error);
  }
}
