import type { GraphQLError, ResponsePath } from 'graphql';

/**
 * The errors of an execution, in the order in which they come. One whose place is gone already, since what is around it
 * has become null, is not told.
 */
export class Failures {
  readonly errors: GraphQLError[] = [];
  readonly #nulled = new Set<ResponsePath | undefined>();

  /** @param path what becomes null; undefined: all of the answer */
  add(error: GraphQLError, path: ResponsePath | undefined): void {
    if (this.#isGone(path)) return;
    this.#nulled.add(path);
    this.errors.push(error);
  }

  #isGone(path: ResponsePath | undefined): boolean {
    for (let at = path; at !== undefined; at = at.prev) if (this.#nulled.has(at)) return true;
    return this.#nulled.has(undefined);
  }
}
