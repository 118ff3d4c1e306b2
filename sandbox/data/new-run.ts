import type { Workflow } from './catalogue.ts';
import { FAILURES, usualFailure } from './failures.ts';
import type { FailureName } from './failures.ts';
import type { RunType, Source } from './generate.ts';

/** What a new run is like; what is left out is chosen. */
export interface NewRun {
  /** RUNNING (the default) moves on to `endStatus`, STOPPING to STOPPED, any other status stays. */
  readonly status?: string;
  readonly endStatus?: string;
  /** Why it fails; it ends as ERRORED then. */
  readonly failure?: FailureName;
  /** How long it runs. */
  readonly durationMs?: number;
  readonly workflow?: Workflow;
  readonly source?: Source;
  readonly type?: RunType;
  readonly retryOf?: string;
}

/** What can happen to the connection of an account to an application. */
export const CONNECTION_EVENTS = ['Created', 'Deleted', 'Expired'] as const;
export type ConnectionEvent = (typeof CONNECTION_EVENTS)[number];

/** What decides how a run ends, beside what is wished. */
export interface Circumstances {
  readonly workflow: Workflow;
  /** What has happened last to the connection to its application. */
  readonly connection: ConnectionEvent | undefined;
  /** Whether runs fail for many reasons. */
  readonly isLively: boolean;
  readonly hash: number;
}

/** How a run ends that goes on now, and why. */
export interface Fate {
  readonly status: string;
  /** Null: it does not fail, or nothing is known of why. */
  readonly failure: FailureName | null;
}

function isBroken(connection: ConnectionEvent | undefined): boolean {
  return connection === 'Expired' || connection === 'Deleted';
}

/** Decides how a run ends: as is wished, then as its connection lets it, then as its hash says. */
export function fateOf(wish: NewRun, { workflow, connection, isLively, hash }: Circumstances): Fate {
  if (wish.failure !== undefined) return { status: 'ERRORED', failure: wish.failure };
  if (wish.endStatus === undefined && isBroken(connection)) {
    return { status: 'ERRORED', failure: 'connection_expired' };
  }
  const status = wish.endStatus ?? (hash % 5 === 0 ? 'ERRORED' : 'COMPLETED');
  const fails = isLively && status === 'ERRORED';
  return { status, failure: fails ? usualFailure(workflow.application.slug, hash) : null };
}

/** How a run ends that repeats one that has failed: what passes has passed, and the rest fails as before. */
export function wishAfter(
  failure: FailureName | null,
  connection: ConnectionEvent | undefined,
): Pick<NewRun, 'endStatus' | 'failure'> {
  if (failure === null || isBroken(connection)) return {};
  const isOver = FAILURES[failure].passes || (failure === 'connection_expired' && connection === 'Created');
  return isOver ? { endStatus: 'COMPLETED' } : { failure };
}
