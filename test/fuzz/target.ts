import type { Random } from '../support/random.ts';
import type { Reply } from './exchange.ts';
import type { StandIn } from './stand-in.ts';

/** One thing to send. */
export interface Input {
  readonly request: Buffer;
  /** Whether it may not be HTTP: it gets a connection of its own, and may be answered by its end. */
  readonly isRaw?: boolean;
  /** What is wrong with the reply besides what is wrong with any; null: nothing. */
  readonly judge?: (reply: Reply) => string | null;
}

/** What inputs are made from. */
export interface World {
  readonly standIn: StandIn;
  /** Cursors that the gateway has given out. */
  readonly cursors: readonly string[];
  /** A good token of the product. */
  readonly token: string;
}

/** A part of the gateway that inputs are made for. */
export interface Target {
  readonly name: string;
  /** @param number which input of the whole run it is */
  draw(random: Random, world: World, number: number): Input;
}
