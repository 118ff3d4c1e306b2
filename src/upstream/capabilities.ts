import { isDeepStrictEqual } from 'node:util';
import {
  LIST_ARGUMENTS,
  pathOfArgument,
  type Capability,
  type CapabilityState,
  type ListArgument,
} from '../domain/capability.ts';
import type { Clock } from '../clock.ts';
import { momentOf, type Moment } from '../domain/moment.ts';
import { Recent } from '../domain/recent.ts';

/** What is known of one argument. */
export interface Finding {
  readonly state: CapabilityState;
  /** Upstream was asked for it; otherwise an answer showed it by itself. */
  readonly isVerified: boolean;
}

/** What upstream takes and means where its documentation leaves it open. */
export interface Habits {
  /** How it spells sources: as its first generation does (`API Call`), or its second (`API_CALL`). */
  readonly sources: 'D1' | 'D2';
  /** How it takes dates: as days, or as ISO times. */
  readonly dates: 'DAY' | 'TIME';
  /** Which moment of the day an `end_date` that is a day means. */
  readonly endOfRange: 'END_OF_DAY' | 'START_OF_DAY';
}

/** What upstream has shown of itself to one caller. */
export interface Knowledge {
  findingOn(argument: ListArgument): Finding;
  note(argument: ListArgument, finding: Finding): void;
  /** Null: not known. */
  habit<K extends keyof Habits>(name: K): Habits[K] | null;
  noteHabit<K extends keyof Habits>(name: K, habit: Habits[K]): void;
  /** Every argument of a list of executions. */
  list(): readonly Capability[];
  /** The present: what upstream is asked to check must not come from before it. */
  now(): Moment;
}

/** What upstream has shown of itself, apart for each caller. */
export interface Capabilities {
  /**
   * What is known for one caller; nothing of it serves another.
   * @param identity the caller's; throws where nobody is signed in
   */
  of(identity: () => string): Knowledge;
  /** A number that is another one as soon as something else is known for a caller; 0: nothing is. */
  versionFor(identity: string): number;
}

/** How long something counts as known. Upstream may change on any day. */
const KNOWN_FOR_MS = 600_000;
const MAX_IDENTITIES = 20_000;

const NOTHING: Finding = { state: 'UNKNOWN', isVerified: false };

/** What is known for one caller. */
interface Caller {
  readonly facts: Map<string, Known>;
  version: number;
}

interface Known {
  readonly value: unknown;
  /** On the clock's `now()`. */
  readonly until: number;
}

/** What is known of all callers. */
interface Memory {
  readonly callers: Recent<Caller>;
  readonly clock: Clock;
  /** How many versions there were. */
  versions: number;
}

/** Builds an empty memory of what upstream supports. */
export function createCapabilities(clock: Clock): Capabilities {
  const memory = { callers: new Recent<Caller>(MAX_IDENTITIES), clock, versions: 0 };
  return {
    of: (identity) => new KnowledgeOfCaller(memory, identity),
    versionFor: (identity) => memory.callers.get(identity)?.version ?? 0,
  };
}

class KnowledgeOfCaller implements Knowledge {
  readonly #memory: Memory;
  readonly #identity: () => string;

  constructor(memory: Memory, identity: () => string) {
    this.#memory = memory;
    this.#identity = identity;
  }

  findingOn(argument: ListArgument): Finding {
    return (this.#recall(pathOfArgument(argument)) as Finding | undefined) ?? NOTHING;
  }

  note(argument: ListArgument, finding: Finding): void {
    this.#remember(pathOfArgument(argument), finding);
  }

  habit<K extends keyof Habits>(name: K): Habits[K] | null {
    return (this.#recall(name) as Habits[K] | undefined) ?? null;
  }

  noteHabit<K extends keyof Habits>(name: K, habit: Habits[K]): void {
    this.#remember(name, habit);
  }

  list(): readonly Capability[] {
    return LIST_ARGUMENTS.map((argument) => ({
      argument: pathOfArgument(argument),
      state: this.findingOn(argument).state,
    }));
  }

  now(): Moment {
    return momentOf(this.#memory.clock);
  }

  #recall(name: string): unknown {
    const { callers, clock } = this.#memory;
    const known = callers.get(this.#identity())?.facts.get(name);
    return known !== undefined && clock.now() < known.until ? known.value : undefined;
  }

  #remember(name: string, value: unknown): void {
    const { callers, clock } = this.#memory;
    const identity = this.#identity();
    const caller = callers.get(identity) ?? { facts: new Map<string, Known>(), version: 0 };
    if (!isDeepStrictEqual(this.#recall(name), value)) caller.version = this.#memory.versions += 1;
    caller.facts.set(name, { value, until: clock.now() + KNOWN_FOR_MS });
    callers.set(identity, caller);
  }
}
