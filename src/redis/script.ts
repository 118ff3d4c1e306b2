import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A script in Lua that Redis runs as one command, and how its reply is read. */
export interface Script<R> {
  readonly text: string;
  /** What Redis knows it by, once it has seen it. */
  readonly hash: string;
  readonly read: (reply: unknown) => R;
}

/** @param read throws where the reply is none of this script's: then Redis counts as away */
export function defineScript<R>(text: string, read: (reply: unknown) => R): Script<R> {
  return { text, hash: createHash('sha1').update(text).digest('hex'), read };
}

/**
 * Runs a script by its hash; the whole of it is sent where Redis does not know it: the first time, and when it has been
 * started, flushed or replaced since.
 * @param keys all that the script touches
 */
export async function runScript<R>(
  redis: Redis,
  { text, hash, read }: Script<R>,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<R> {
  const given = [...keys, ...args];
  try {
    return read(await redis.evalsha(hash, keys.length, ...given));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return read(await redis.eval(text, keys.length, ...given));
  }
}
