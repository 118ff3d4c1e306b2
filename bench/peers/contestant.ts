import type { Ask } from './questions.ts';
import type { Callers } from './wrk.ts';

export const WORKS = ['cold', 'browsing', 'shared', 'warm', 'detail'] as const;
/**
 * `cold`: nothing is remembered. `browsing`: the list is read each time, look-ups are remembered. `shared`: all ask the
 * same at once, and the list is not remembered. `warm`: answers may be a second old. `detail`: a run, as cold.
 */
export type Work = (typeof WORKS)[number];

/** Whose operations a work is made of. */
export const CALLERS: Readonly<Record<Work, Callers>> = {
  cold: 'others',
  browsing: 'many',
  shared: 'one',
  warm: 'one',
  detail: 'others',
};

/** Where a server is to listen, and what it is to ask. */
export interface Place {
  readonly port: number;
  readonly upstreamUrl: string;
  readonly work: Work;
  /** A folder for what the server needs to be written; its own, and new. */
  readonly folder: string;
  /** A file of the gateway's answers, by the body that was asked. */
  readonly answers: string;
}

/** How to run a program. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A server that takes part. */
export interface Contestant {
  /** What people read. */
  readonly title: string;
  readonly ask: Ask;
  /** What it answers 200 to once it is ready, left out where it does so for what it is asked for. */
  readonly ready?: string;
  /** It answers what it was given: there is nothing to be checked. */
  readonly isTold?: boolean;
  /** It remembers look-ups for each caller: it is warm when all callers have asked. */
  readonly remembers?: boolean;
  /** Whether it speaks GraphQL, so that it may be held to upstream calls. */
  readonly speaksGraphql: boolean;
  command(place: Place): Command | Promise<Command>;
}
