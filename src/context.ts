import type { LinkedAccounts } from './auth/linked-accounts.ts';
import type { Bulk, BulkOfCaller } from './bulk/bulk.ts';
import type { Clock } from './clock.ts';
import type { UpstreamBudget } from './domain/budget.ts';
import type { Capability } from './domain/capability.ts';
import type { Credential } from './domain/credential.ts';
import type { SettledDocument } from './domain/document.ts';
import type { Redact, ToldFailure } from './domain/failure.ts';
import type { Execution } from './domain/model.ts';
import type { ShowOutput } from './domain/output.ts';
import { lineageOf, type Lineage, type LineageOfCaller } from './lineage.ts';
import type { EventStream } from './live/event-stream.ts';
import type { Live, LiveOfCaller } from './live/live.ts';
import { createLoaders, type Loaders } from './loaders/loaders.ts';
import type { ClientName } from './observability/client-name.ts';
import type { Outcome } from './observability/outcome.ts';
import type { TraceSpan } from './observability/trace-span.ts';
import { withSpareCalls, type AskDuring } from './upstream/allowance.ts';
import type { Ask } from './upstream/call.ts';
import type { Capabilities } from './upstream/capabilities.ts';
import type { UpstreamConnection } from './upstream/connect.ts';
import type { createPageLimits } from './upstream/endpoints/page-limits.ts';
import { createUpstream, type Upstream } from './upstream/endpoints/upstream.ts';
import { startBackground, type Operation } from './upstream/operation.ts';

/** What contexts share. */
export interface SharedParts {
  readonly promise: UpstreamConnection['promise'];
  readonly bulk: Bulk;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  readonly maxPageSize: number;
  /** How many executions one change may be about. */
  readonly maxBulkSize: number;
  /** Starts the view of outputs of one operation. */
  readonly showOutputs: () => ShowOutput;
  /** Takes the secrets out of a text. */
  readonly redact: Redact;
  readonly lineage: Lineage;
  readonly live: Live;
  readonly linkedAccounts: LinkedAccounts;
  /** Why runs have failed that upstream has shown to these credentials, as others have told; see `Reasons`. */
  readonly reasonsOf: (
    credential: Credential,
    runs: readonly Execution[],
    trace: TraceSpan | null,
  ) => Promise<readonly (ToldFailure | null)[]>;
  /** What is left of what a credential's calls count towards. */
  readonly budgetOf: (credential: Credential) => UpstreamBudget;
}

/** What a context is made of. */
interface ContextParts {
  readonly shared: SharedParts;
  /** How large pages can be for a caller. */
  readonly pageLimits: ReturnType<typeof createPageLimits>;
  readonly operation: Operation;
  readonly outcome: Outcome;
  /** Throws when the request is not signed in, or not well enough. */
  readonly credential: () => Credential;
  readonly isSignedIn: boolean;
  /** Asks upstream for the caller, during the operation. */
  readonly ask: Ask;
  /** The same, during a part of it. */
  readonly askDuring: AskDuring;
  readonly settled: () => Promise<void>;
  readonly stream: EventStream | null;
  readonly waitedMs: () => number;
  readonly client: ClientName | null;
  readonly document: SettledDocument | null;
}

/**
 * Everything that a resolver may use. One for every request: it is bound to one caller. What few operations need is made
 * where it is asked for, since each holds what it has while it waits for upstream. Apollo Server makes a copy of it, field
 * by field: so it has few, and none that only its own class can see.
 */
class ContextOfRequest {
  private readonly parts: ContextParts;
  private madeUpstream: Upstream | undefined;
  private madeElastic: Upstream | undefined;
  private madeLoaders: Loaders | undefined;
  private madeShowOutput: ShowOutput | undefined;
  /** What the operation asks; null: what the request says, as it came. */
  readonly document: { settled: SettledDocument | null };

  constructor(parts: ContextParts) {
    this.parts = parts;
    this.document = { settled: parts.document };
  }

  /** The request's operation: its id, its deadline, and the ledger of its upstream calls. */
  get operation(): Operation {
    return this.parts.operation;
  }

  /** What the log will say of the operation. */
  get outcome(): Outcome {
    return this.parts.outcome;
  }

  /** How long others can have waited by now: since the event loop last had a pause. */
  get waitedMs(): () => number {
    return this.parts.waitedMs;
  }

  /** Resolves once the operation asks upstream for nothing more. */
  get settled(): () => Promise<void> {
    return this.parts.settled;
  }

  /** Whom upstream is asked for. Throws when the request is not signed in, or not well enough. */
  get credential(): () => Credential {
    return this.parts.credential;
  }

  /** Whether `credential` answers. */
  get isSignedIn(): boolean {
    return this.parts.isSignedIn;
  }

  /** The events of the subscription that the operation is of; null: it can have one answer only. */
  get stream(): EventStream | null {
    return this.parts.stream;
  }

  /** What the client says that it is; null: nothing. */
  get client(): ClientName | null {
    return this.parts.client;
  }

  /** Upstream, as the caller sees it. */
  get upstream(): Upstream {
    return (this.madeUpstream ??= this.upstreamBy(this.parts.ask));
  }

  /**
   * The same, with the calls that nothing else of the operation could need. It gives way to what people wait for, and
   * ends early enough to be told of in time.
   */
  elastic(): Upstream {
    const { askDuring, outcome, operation, shared } = this.parts;
    return (this.madeElastic ??= this.upstreamBy(
      withSpareCalls(() => outcome.requestedCost, askDuring)(startBackground(shared.clock, operation)),
    ));
  }

  /** Look-ups by id, batched and remembered for this request. */
  get loaders(): Loaders {
    return (this.madeLoaders ??= this.createLoaders());
  }

  /** What upstream is known to support for the caller. */
  capabilities(): readonly Capability[] {
    return this.parts.shared.capabilities.of(() => this.credential().identity).list();
  }

  /** Changes of many executions, for this caller. */
  get bulk(): BulkOfCaller {
    return this.parts.shared.bulk.forCaller(this);
  }

  /** What happens while the caller watches. */
  get live(): LiveOfCaller {
    return this.parts.shared.live.forCaller(this);
  }

  /** The caller's own links between runs and their reruns. */
  get lineage(): LineageOfCaller {
    return lineageOf(this.parts.shared.lineage, () => this.credential().identity, this.operation.trace);
  }

  /** How many rows a page may have. */
  get maxPageSize(): number {
    return this.parts.shared.maxPageSize;
  }

  /** How many executions one change may be about. */
  get maxBulkSize(): number {
    return this.parts.shared.maxBulkSize;
  }

  /** Which linked account the caller acts for; null: that is not known. */
  linkedAccount(): string | null {
    return this.parts.shared.linkedAccounts.of(this.credential());
  }

  /** A row has told which linked account the caller acts for. */
  noteLinkedAccount(linkedAccountId: string): void {
    this.parts.shared.linkedAccounts.note(this.credential(), linkedAccountId);
  }

  /** What is left of the upstream requests that the caller may cause. */
  budget(): UpstreamBudget {
    return this.parts.shared.budgetOf(this.credential());
  }

  /** The time of day. */
  now(): Date {
    return new Date(this.parts.shared.clock.date());
  }

  /** Shows the output of a step: without secrets, and not too much of it. */
  get showOutput(): ShowOutput {
    return (this.madeShowOutput ??= this.parts.shared.showOutputs());
  }

  /** Takes the secrets out of a text. */
  get redact(): Redact {
    return this.parts.shared.redact;
  }

  private upstreamBy(ask: Ask): Upstream {
    const { shared, pageLimits, credential } = this.parts;
    const identityOf = () => credential().identity;
    return createUpstream(ask, shared.capabilities.of(identityOf), pageLimits(identityOf));
  }

  private createLoaders(): Loaders {
    const { shared, operation, credential } = this.parts;
    return createLoaders({
      upstream: this.upstream,
      elastic: () => this.elastic(),
      told: (runs) => shared.reasonsOf(credential(), runs, operation.trace),
      redact: shared.redact,
      promise: (count) => shared.promise(credential(), operation, count),
      now: () => shared.clock.now(),
    });
  }
}

/** What anybody sees of it: whatever else has all of that is a context as well. */
export type Context = Pick<ContextOfRequest, keyof ContextOfRequest>;

/** Builds a context. */
export function createContext(parts: ContextParts): Context {
  return new ContextOfRequest(parts);
}
