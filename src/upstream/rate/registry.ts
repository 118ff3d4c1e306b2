import type { Clock } from '../../clock.ts';
import type { BudgetScope, UpstreamBudget } from '../../domain/budget.ts';
import type { Credential } from '../../domain/credential.ts';
import { Recent } from '../../domain/recent.ts';
import { createLocalBucket, heldBackOf, partOf, safeRate, type Rate } from './bucket.ts';
import { createLimiter, type Limiter, type LimiterFor } from './limiter.ts';
import type { SharedRedis } from '../../redis/shared-redis.ts';
import { createSharedBucket } from './shared-bucket.ts';

/** What upstream's limit counts: everything this deployment sends, what one key sends, or one linked account. */
export type RateScope = 'gateway' | 'api-key' | 'linked-account';

/** What the limiters are built from. */
export interface LimitersOptions {
  readonly rate: Rate;
  readonly scope: RateScope;
  readonly maxQueue: number;
  /** How many replicas share the rate. */
  readonly replicas: number;
  /** Null: this is the only process. */
  readonly redis: Pick<SharedRedis, 'connection' | 'membership'> | null;
  readonly clock: Clock;
}

/** The limiters in use, one for each thing that upstream's limit counts. */
export interface Limiters {
  readonly limiterFor: LimiterFor;
  /** What is left of what a credential's calls count towards. */
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
  /** How many requests wait, over all of them. */
  queued(): number;
  /** What one of them may send, of the part that this process has. */
  readonly rate: Rate;
  /** How many there are. */
  count(): number;
  /** How many requests could be sent at once now by the one that has least left. */
  available(): number;
}

/** With a scope of many: those least in use are let go of, and start full again. */
const MAX_LIMITERS = 20_000;

/** Builds the limiters, each when it is first needed. */
export function createLimiters(options: LimitersOptions): Limiters {
  const { scope, maxQueue, replicas, redis, clock } = options;
  const rate = safeRate(options.rate);
  const limiters = new Recent<Limiter>(MAX_LIMITERS);
  const ownRate = redis === null ? partOf(rate, replicas) : rate;
  const create = (name: string) => {
    const bucket =
      redis === null
        ? createLocalBucket(ownRate, clock)
        : createSharedBucket({ redis, name, rate, heldBack: heldBackOf(options.rate), replicas, clock });
    return createLimiter(bucket, 1000 / ownRate.perSecond, maxQueue, clock);
  };
  const limiterFor: LimiterFor = (credential) => {
    const name = nameOf(scope, credential);
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const created = create(name);
    limiters.set(name, created);
    return created;
  };
  return {
    limiterFor,
    budgetOf: (credential) => {
      const limiter = limiterFor(credential);
      return {
        scope: scopeOf(scope, credential),
        maximum: ownRate.burst,
        available: limiter.available(),
        restorePerSecond: ownRate.perSecond,
        queued: limiter.size,
      };
    },
    rate: ownRate,
    count: () => limiters.size,
    available: () =>
      [...limiters.values()].reduce((least, one) => Math.min(least, one.available()), ownRate.burst),
    queued: () => [...limiters.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

function nameOf(scope: RateScope, credential: Credential): string {
  if (scope === 'gateway') return 'gateway';
  if (scope === 'linked-account') return credential.identity;
  // Session tokens do not tell their organisation's key: those of one deployment are taken to have the same.
  if (credential.kind === 'SESSION_TOKEN') return 'session-tokens';
  return credential.keyHash;
}

const SCOPES: Readonly<Record<RateScope, BudgetScope>> = {
  gateway: 'DEPLOYMENT',
  'api-key': 'API_KEY',
  'linked-account': 'LINKED_ACCOUNT',
};

function scopeOf(scope: RateScope, { kind }: Credential): BudgetScope {
  return scope === 'api-key' && kind === 'SESSION_TOKEN' ? 'SESSION_TOKENS' : SCOPES[scope];
}
