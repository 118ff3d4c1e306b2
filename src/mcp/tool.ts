import type { GraphQLFormattedError } from 'graphql';
import type { z } from 'zod';

/** A question of the gateway's own to its GraphQL schema: one operation, which is called after its tool. */
export interface Question {
  readonly operationName: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** What came of it. */
export interface Answer<Data> {
  readonly data: Data;
  /** What could not be told; each has its code. Their words are the gateway's own. */
  readonly errors: readonly GraphQLFormattedError[];
}

/**
 * Asks a question for the caller, by the same pipeline as any other operation: with its limits, its cost and its line in
 * the log.
 * @throws ToolFailure where nothing was answered
 */
export type Ask = <Data>(question: Question) => Promise<Answer<Data>>;

/** What a tool answers. */
export interface Told<Untrusted> {
  /** In the gateway's own words: numbers, states and times, and nothing that others have written. */
  readonly summary: string;
  /** What is told of the runs. Others have written the texts in it. */
  readonly untrusted: Untrusted;
  /** What else the gateway tells, by the names in `own`. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** What could not be told. */
  readonly errors: readonly GraphQLFormattedError[];
}

/** What an assistant can ask. It only ever reads. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Untrusted extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly title: string;
  /** For the assistant, which chooses by it. */
  readonly description: string;
  readonly input: Input;
  readonly untrusted: Untrusted;
  /** What its answer has beside `untrusted`, `summary` and `errors`. */
  readonly own?: Readonly<Record<string, z.ZodType>>;
  run(input: z.output<Input>, ask: Ask): Promise<Told<z.output<Untrusted>>>;
}

/** Lets the compiler hold a tool to its own shapes. */
export function defineTool<Input extends z.ZodObject, Untrusted extends z.ZodType>(
  tool: Tool<Input, Untrusted>,
): Tool<Input, Untrusted> {
  return tool;
}

/** A tool could not answer: why is in the error, as it would be in an answer over GraphQL. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  /** As `extensions` of the GraphQL error has it: the code, and what comes with it. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor({ message, extensions }: Pick<GraphQLFormattedError, 'message' | 'extensions'>) {
    super(message);
    this.details = extensions ?? {};
  }
}

/** The value that a tool is about; where it is null, the first error says why. */
export function told<T>(value: T | null | undefined, errors: readonly GraphQLFormattedError[]): T {
  if (value !== null && value !== undefined) return value;
  throw new ToolFailure(errors[0] ?? UNKNOWN);
}

/** What is null without an error is not there, or not the caller's. */
const UNKNOWN = {
  message: 'There is nothing by this id, or it is of another account',
  extensions: { code: 'NOT_FOUND' },
};
