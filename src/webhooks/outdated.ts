import type { Identified } from '../domain/credential.ts';
import { accountTagOf, type Hint } from '../domain/hint.ts';
import { Recent } from '../domain/recent.ts';
import type { Asked, Freshness } from '../upstream/call.ts';
import { subjectOf } from '../upstream/endpoints/subject.ts';

/** What hints have made outdated. */
export interface Outdated {
  /** From then on, what was asked for before of that run, and of the lists of that account, is outdated. */
  noteRun({ accountTag, runId, agoMs }: Hint): void;
  /** The same for what tells how that account is connected to applications. */
  noteConnection(accountTag: string, agoMs: number): void;
  /**
   * An answer that was asked for before this time, on the clock's `now()`, is outdated; `-Infinity`: none is.
   * @param freshness what the answer is; what is settled does not change by what happens now
   */
  at(call: Asked, freshness: Freshness | 'notFound'): number;
}

/** How many accounts, and how many runs. One that had to make room is told by the age of its answers alone. */
const MAX_NOTES = 50_000;

/** What outdated answers are told by. */
export interface OutdatedOptions {
  /** Which linked account somebody acts for; null: nobody can tell. */
  readonly accountOf: (credential: Identified) => string | null;
  /** Milliseconds that only ever go forward. */
  readonly now: () => number;
}

/** Builds a memory of hints. */
export function createOutdated({ accountOf, now }: OutdatedOptions): Outdated {
  const times = () => new Recent<number>(MAX_NOTES);
  const lists = times();
  const applications = times();
  const runs = times();

  const note = (notes: typeof lists, key: string, agoMs: number) => {
    notes.set(key, Math.max(now() - agoMs, notes.get(key) ?? -Infinity));
  };
  const ofAccount = (notes: typeof lists, credential: Identified): number => {
    // Most gateways hear of none.
    const account = notes.size === 0 ? null : accountOf(credential);
    return account === null ? -Infinity : (notes.get(accountTagOf(account)) ?? -Infinity);
  };

  return {
    noteRun: ({ accountTag, runId, agoMs = 0 }) => {
      if (accountTag !== undefined) note(lists, accountTag, agoMs);
      if (runId !== undefined) note(runs, runId, agoMs);
    },
    noteConnection: (accountTag, agoMs) => {
      note(applications, accountTag, agoMs);
    },
    at: (call, freshness) => {
      const subject = subjectOf(call);
      switch (subject?.kind) {
        case 'EXECUTIONS':
          return freshness === 'terminal' ? -Infinity : ofAccount(lists, call.credential);
        case 'EXECUTION':
          return runs.get(subject.id) ?? -Infinity;
        case 'APPLICATIONS':
          return ofAccount(applications, call.credential);
        case undefined:
          return -Infinity;
      }
    },
  };
}
