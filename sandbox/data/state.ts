import { Account } from './account.ts';
import { createCatalogue } from './catalogue.ts';
import type { Catalogue, Workflow } from './catalogue.ts';
import { InvalidInput } from '../api/errors.ts';
import { connectionOf } from '../api/wire.ts';
import type { FailureName } from './failures.ts';
import type { RunType, Source } from './generate.ts';
import type { ConnectionEvent, NewRun } from './new-run.ts';
import { MAX_COUNTER } from './object-id.ts';
import type { LiveRun } from './run.ts';

/** Wall-clock time, which may be replaced in tests. */
export interface SandboxClock {
  /** Epoch ms. */
  now(): number;
}

/** Runs to add to an account, all created now. */
export interface AddedExecutions {
  /** The linked account, e.g. `demo@example.com`. */
  readonly account: string;
  /** 1 to 10,000; default 1. */
  readonly count?: number;
  /** RUNNING (default) moves on to `endStatus`, STOPPING to STOPPED, any other text stays. */
  readonly status?: string;
  /** What a RUNNING one ends as; chosen by the seed if left out. */
  readonly endStatus?: string;
  /** How long a RUNNING one runs; chosen by the seed (3 to 15 s) if left out. */
  readonly durationMs?: number;
  /** Why RUNNING ones fail. */
  readonly failure?: FailureName;
  /** Workflows that the account can see, of which each is run in turn; each public one if all are left out. */
  readonly workflowId?: string;
  readonly workflowName?: string;
  /** The slug of their application. */
  readonly slug?: string;
  readonly source?: Source;
  readonly type?: RunType;
}

export interface StateOptions {
  readonly accounts: number;
  readonly executions: number;
  readonly seed: number;
  /** Runs that arrive in an hour, for each account. */
  readonly arrivals: number;
  /** Whether it is to be looked at: see `SandboxOptions`. */
  readonly isLively: boolean;
  readonly clock: SandboxClock;
  /** Called for every run that will end: those running at the start of an account, and new ones. */
  readonly onRun: (account: string, live: LiveRun) => void;
}

/** Most executions that an account may have at the start. */
export const MAX_EXECUTIONS = 10_000_000;
const MAX_ADDED = 10_000;

const NAMED_ACCOUNTS = ['demo', 'other'] as const;

/** Something that happens to a connection, now. */
export interface ConnectionChange {
  /** The linked account, e.g. `demo@example.com`. */
  readonly account: string;
  /** The application's slug. */
  readonly slug: string;
  readonly event: ConnectionEvent;
}

/** How an account is connected to an application. */
export interface Connection {
  readonly slug: string;
  readonly name: string;
  readonly connected: boolean;
  readonly reauthRequired: boolean;
}

/** What identifies a caller: the linked account, and whether a session token told it. */
export interface Caller {
  readonly account: string;
  readonly isSession: boolean;
}

/** All accounts of the org. An account costs nothing until it is used. */
export class SandboxState {
  readonly catalogue: Catalogue;
  readonly #options: StateOptions;
  readonly #accounts = new Map<number, Account>();
  readonly #originMs: number;
  #startedAtMs: number;
  #advancedMs = 0;
  #serial = 0;

  constructor(options: StateOptions) {
    this.#options = options;
    this.catalogue = createCatalogue(options.seed, options.isLively);
    this.#originMs = options.clock.now();
    this.#startedAtMs = this.#originMs;
  }

  /** The sandbox's time: its clock, and what it was advanced by. */
  now(): number {
    return this.#options.clock.now() + this.#advancedMs;
  }

  advance(ms: number): void {
    this.#advancedMs += ms;
  }

  /** The number of one more answer. */
  nextSerial(): number {
    this.#serial += 1;
    return this.#serial;
  }

  /** Puts everything back to how it was at the start, which is now. */
  reset(): void {
    this.#accounts.clear();
    this.#advancedMs = 0;
    this.#serial = 0;
    this.#startedAtMs = this.now();
  }

  /** The linked account of a session token, or null if there is no such token. */
  accountOfSession(token: string): string | null {
    const name = /^session-(.+)$/.exec(token)?.[1];
    if (name === undefined) return null;
    const account = this.#accountName(name);
    return this.#numberOf(account) === null ? null : account;
  }

  /** The account of that name, or null for a name that the org has no data of. */
  account(name: string): Account | null {
    const number = this.#numberOf(name);
    if (number === null) return null;
    const account = this.#accounts.get(number) ?? this.#createAccount(name, number);
    for (const live of account.arrive(this.now())) this.start(name, live);
    return account;
  }

  /** Adds executions and answers their ids, oldest first. */
  addExecutions(added: AddedExecutions): string[] {
    const { account: name, count = 1, workflowId, workflowName, slug, ...wish } = added;
    const account = this.account(name);
    if (account === null) throw new InvalidInput(`account: there is no account ${name}`);
    if (!Number.isInteger(count) || count < 1 || count > MAX_ADDED) {
      throw new InvalidInput(`count: must be an integer from 1 to ${String(MAX_ADDED)}`);
    }
    const workflows = workflowsOf(account, { workflowId, workflowName, slug });
    return Array.from({ length: count }, (_, index) => {
      const workflow = workflows?.[index % workflows.length];
      const run: NewRun = workflow === undefined ? wish : { ...wish, workflow };
      return this.start(name, account.add(run, this.now()));
    });
  }

  /** Changes how an account is connected to an application. */
  connect({ account: name, slug, event }: ConnectionChange): void {
    const account = this.account(name);
    if (account === null) throw new InvalidInput(`account: there is no account ${name}`);
    if (!this.catalogue.applications.some((one) => one.slug === slug)) {
      throw new InvalidInput(`slug: there is no application ${slug}`);
    }
    account.connections.set(slug, event);
  }

  /** How an account is connected to each application. Throws `InvalidInput` where there is no such account. */
  connections(name: string): Connection[] {
    const account = this.account(name);
    if (account === null) throw new InvalidInput(`account: there is no account ${name}`);
    return this.catalogue.applications.map((application, index) => ({
      slug: application.slug,
      name: application.name,
      ...connectionOf(account, index, application.slug),
    }));
  }

  /** Lets runs arrive at the accounts that are used, and tells when the next one does. */
  arrive(): number {
    let nextMs = Infinity;
    for (const [number, account] of this.#accounts) {
      const name = NAMED_ACCOUNTS[number] ?? String(number + 1);
      for (const live of account.arrive(this.now())) this.start(this.#accountName(name), live);
      nextMs = Math.min(nextMs, account.nextArrivalMs);
    }
    return nextMs;
  }

  /** Tells that a run was started, and answers its id. */
  start(account: string, live: LiveRun): string {
    this.#options.onRun(account, live);
    return live.id;
  }

  #createAccount(name: string, number: number): Account {
    const { seed, executions, arrivals, isLively } = this.#options;
    const times = { originMs: this.#originMs, startedAtMs: this.#startedAtMs };
    const account = new Account({
      seed,
      number,
      executions,
      arrivals,
      isLively,
      catalogue: this.catalogue,
      ...times,
    });
    this.#accounts.set(number, account);
    for (const live of account.running(this.#startedAtMs)) this.start(name, live);
    return account;
  }

  #accountName(short: string): string {
    return /^\d+$/.test(short) ? `account-${short}@example.com` : `${short}@example.com`;
  }

  #numberOf(name: string): number | null {
    const named = NAMED_ACCOUNTS.findIndex((short) => name === this.#accountName(short));
    const digits = /^account-([1-9]\d{0,6})@example\.com$/.exec(name)?.[1];
    const number = digits === undefined ? named : Number(digits) - 1;
    const isFree = digits === undefined || number >= NAMED_ACCOUNTS.length;
    return isFree && number >= 0 && number < this.#options.accounts ? number : null;
  }
}

/** The workflows that new runs are wanted of; null: whichever. Throws `InvalidInput` where the account has none such. */
function workflowsOf(
  account: Account,
  wanted: Readonly<Record<'workflowId' | 'workflowName' | 'slug', string | undefined>>,
): readonly Workflow[] | null {
  const { workflowId, workflowName, slug } = wanted;
  const [named] = Object.entries(wanted).filter(([, value]) => value !== undefined);
  if (named === undefined) return null;
  const found = account.workflows.filter(
    ({ id, name, application }) =>
      (workflowId === undefined || id === workflowId) &&
      (workflowName === undefined || name === workflowName) &&
      (slug === undefined || application.slug === slug),
  );
  if (found.length === 0) throw new InvalidInput(`${named[0]}: the account has no such workflow`);
  return found;
}

/** Most accounts of an org, so that every private workflow has an id of its own. */
export const MAX_ACCOUNTS = Math.floor(MAX_COUNTER / 4);
