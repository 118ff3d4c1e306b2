import type { GatewayError } from '../domain/errors.ts';

/** What the limiter has promised to a group of requests. */
export interface PromisedTurns {
  /** Why the group gets no turns: each of it is refused with this, unless it is answered without one. Null: it gets all. */
  readonly refusal: GatewayError | null;
  /** Its turn among the groups: what of it comes later is served as if it had come with the first. */
  readonly round: number;
  /** How many turns it may still use. */
  left(): number;
  /** One of the group has had its turn, or has given up. */
  use(): void;
  /** None of the group will come any more. */
  end(): void;
}

/** What an operation needs of upstream's rate, as a whole. */
export interface Demand {
  /** Upstream calls that it could need with nothing remembered; null: nobody knows. */
  readonly requested: () => number | null;
  /** What it was promised when its first call needed a turn; null: none has. */
  turns: PromisedTurns | null;
}
