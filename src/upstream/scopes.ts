import { Recent } from '../domain/recent.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { UpstreamCall } from './call.ts';
import {
  failsAlone,
  failsEverywhere,
  failsForSeveral,
  NEW_CIRCUIT,
  type Circuit,
  type Rule,
} from './circuit.ts';

/** What one circuit is about: an id, a caller's route, everybody's route, or all. */
export interface Scope {
  readonly opens: Rule;
  circuit: Circuit;
  /** Settles when whoever tries knows whether upstream is back. */
  probe: PromiseWithResolvers<void> | null;
}

/** A call as one of a scope's. */
export interface Passage {
  readonly scope: Scope;
  readonly member: string;
  /** Whether a failure of this call says something of the other members. */
  readonly tellsFailure: boolean;
}

/** Scopes of single callers that are kept; those least in use are let go of, and start closed again. */
const MAX_OWN = 10_000;

interface ScopeMap {
  get(key: string): Scope | undefined;
  set(key: string, scope: Scope): unknown;
}

/** Finds the scopes that a call belongs to, the narrowest first. */
export function createScopes(metrics: Metrics): (call: UpstreamCall<unknown>) => Passage[] {
  const own = new Recent<Scope>(MAX_OWN);
  const shared = new Map<string, Scope>();
  const find = (scopes: ScopeMap, key: string, opens: Rule): Scope => {
    const known = scopes.get(key);
    if (known !== undefined) return known;
    const created = { opens, circuit: NEW_CIRCUIT, probe: null };
    scopes.set(key, created);
    return created;
  };
  const openOf = (scopes: Iterable<Scope>) =>
    [...scopes].filter(({ circuit }) => circuit.phase.name !== 'closed').length;
  metrics.watch('breaker_open', () => Math.min(1, openOf(shared.values())));
  metrics.watch('breaker_open_callers', () => openOf(own.values()));

  return ({ method, route, path, credential: { identity } }) => {
    const hasId = path !== route;
    const ofPath = find(own, `${identity} ${method} ${path}`, failsAlone);
    const passages: Passage[] = [{ scope: ofPath, member: path, tellsFailure: true }];
    if (hasId) {
      const ofRoute = find(own, `${identity} ${method} ${route}`, failsForSeveral);
      passages.push({ scope: ofRoute, member: path, tellsFailure: true });
    }
    // A change that fails is an affair of who makes it, and says nothing of reads.
    if (method !== 'GET') return passages;
    if (!hasId) {
      const ofAll = find(shared, route, failsForSeveral);
      passages.push({ scope: ofAll, member: identity, tellsFailure: true });
    }
    // An id can fail or hang by itself.
    const everything = find(shared, 'all', failsEverywhere);
    passages.push({ scope: everything, member: identity, tellsFailure: !hasId });
    return passages;
  };
}
