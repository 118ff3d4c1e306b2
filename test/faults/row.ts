import type { World } from './world.ts';

/** What a row has seen. */
export interface Seen {
  /** How often one call was tried again at the most. */
  readonly retries: number;
  /** What `npm run faults` says besides, such as what was measured. */
  readonly note?: string;
}

/** One fault, and a proof of what is right then. */
export interface Row {
  /** The line of the promise that it proves, in lines.ts. */
  readonly number: string;
  /** What goes wrong, such as 'truncated JSON, by length'. With the number, it names the row. */
  readonly fault: string;
  /** What is right then, in words. */
  readonly right: string;
  /** How often one call may be tried again. */
  readonly retries: number;
  /**
   * How long what the row marks with `world.timed` may take. Jest holds it against the world's clock, `npm run faults`
   * against the wall clock. Null: there is no such bound, or the row asserts it in another way.
   */
  readonly boundMs: number | null;
  /** Whether chance has a part in it: then it runs with several seeds. */
  readonly isRandom?: true;
  /** Only `npm run faults` runs it: it needs a machine of its own, or long. */
  readonly isLong?: true;
  /** Does it. Throws where anything is not right, with a message that says what. */
  run(world: World): Promise<Seen>;
}
