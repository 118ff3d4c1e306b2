import { GatewayError, refusesList } from '../domain/errors.ts';

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
