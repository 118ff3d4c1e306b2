/** What a failed step of that status says. */
export function failureMessage(status: string): string {
  if (status === 'TIMED_OUT') return 'The step took longer than 30 seconds';
  return status === 'STOPPED' ? 'The execution was stopped' : 'channel_not_found';
}

/** The outputs of failed steps: nobody has published what they look like, so they come in every shape. */
const SHAPES: readonly ((message: string, code: number) => unknown)[] = [
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

/** The output of a failed step, in the shape that its hash chooses. */
export function failedOutput(message: string, hashed: number): unknown {
  return SHAPES[(hashed >>> 4) % SHAPES.length]?.(message, 400 + (hashed % 5));
}
