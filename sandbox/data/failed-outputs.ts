import { FAILURES } from './failures.ts';
import type { Failure, FailureName } from './failures.ts';

/** What a run that nothing was told of fails with. */
const PLAIN = FAILURES.channel_not_found.message;

/** What a failed step of a run of that status says. */
function messageOf(status: string, failure: Failure | null, hashed: number): string | null {
  if (status === 'TIMED_OUT') return 'The step took longer than 30 seconds';
  if (status === 'STOPPED') return 'The execution was stopped';
  if (failure === null) return PLAIN;
  return failure.message?.replace('#', String(26 + (hashed % 974))) ?? null;
}

/** The outputs of failed steps: nobody has published what they look like, so they come in every shape. */
const SHAPES: readonly ((message: string, status: number) => unknown)[] = [
  (message, code) => ({ error: { message, code } }),
  (message) => message,
  (message) => ({ message }),
  (message) => ({ error: message }),
  (message) => ({ errors: [{ message }, { message: 'Nothing was changed' }] }),
  (message, status) => ({ response: { status, data: { message } } }),
  (message, statusCode) => ({ statusCode, body: JSON.stringify({ error: { message } }) }),
  (message) => `<!DOCTYPE html><html><body><h1>${message}</h1></body></html>`,
  () => null,
];
/** Those, from the first, that tell a reader what went wrong. */
const TELLING = 7;

/**
 * The output of a failed step, in the shape that its hash chooses.
 * @param status the run's
 * @param name why it has failed; null: nothing was told of that, and the output need not tell either
 */
export function failedOutput(status: string, name: FailureName | null, hashed: number): unknown {
  const failure = name === null ? null : FAILURES[name];
  const message = messageOf(status, failure, hashed);
  if (message === null) return null;
  const shape = SHAPES[(hashed >>> 4) % (failure === null ? SHAPES.length : TELLING)];
  return shape?.(message, failure?.status ?? 400 + (hashed % 5));
}
