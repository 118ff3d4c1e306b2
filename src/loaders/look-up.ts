import DataLoader, { type BatchLoadFn } from 'dataloader';
import { GatewayError, refusesList } from '../domain/errors.ts';

/** Look-ups by a key, batched, and each of them made once. */
export interface LookUps<T> {
  load(key: string): Promise<T>;
  /** What has been asked for by this key, if anything. */
  asked(key: string): Promise<T> | undefined;
  /** Takes note of what has been read elsewhere. */
  note(key: string, value: T): void;
}

/**
 * Builds them. Whoever asks again for what the same batch has gets the same promise: DataLoader would make another one, and
 * a row has many fields. What is known from before waits for the batch beside it, so that what is then needed of both is
 * looked up at once.
 */
export function createLookUps<T>(read: BatchLoadFn<string, T>): LookUps<T> {
  const asked = new Map<string, Promise<T>>();
  let batch = new Map<string, Promise<T>>();
  const loader = new DataLoader<string, T>(read, {
    cacheMap: asked,
    // As DataLoader does by itself.
    batchScheduleFn: (dispatch) => {
      void Promise.resolve().then(() => {
        process.nextTick(() => {
          batch = new Map();
          dispatch();
        });
      });
    },
  });
  return {
    load: (key) => {
      const same = batch.get(key);
      if (same !== undefined) return same;
      const found = loader.load(key);
      batch.set(key, found);
      return found;
    },
    asked: (key) => asked.get(key),
    note: (key, value) => {
      loader.prime(key, value);
    },
  };
}

/** A list, or null where these credentials are refused it. */
export function unlessRefused<T>(list: Promise<T>): Promise<T | null> {
  return list.catch((error: unknown) => {
    if (refusesList(error)) return null;
    throw error;
  });
}

/** A look-up's answer or, in its place, its error. */
export function orError<T>(read: Promise<T>): Promise<T | Error> {
  return read.catch((error: unknown) => error as Error);
}

/** The error of a look-up of what is not there. */
export function notFound(noun: string): GatewayError {
  return new GatewayError('NOT_FOUND', `There is no such ${noun}`);
}
