import type { EventEmitter } from 'node:events';
import type { RawRow } from './raw-rows.ts';
import type { Traits } from './traits.ts';

/** One linked account's upstream: what it is like, and its runs, newest first. */
export interface World {
  readonly account: string;
  readonly traits: Traits;
  rows: RawRow[];
  /** What was asked of it since somebody looked last. */
  readonly asked: Asked;
}

/** What was asked of an upstream. */
export interface Asked {
  requests: number;
  /** Emits `request` with each of them. */
  readonly events: EventEmitter;
  /** The most rows in one call. */
  largestLimit: number;
  /** The executions that were run again. */
  readonly reruns: string[];
}
