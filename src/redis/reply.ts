/**
 * What a script was answered with, where that is a text. It is read inside what `attempt` and `probe` run, so that anything else
 * counts as a Redis that is away.
 * @throws Error where it is none
 */
export function textOf(reply: unknown): string {
  if (typeof reply !== 'string') throw confused();
  return reply;
}

/**
 * The parts of what a script was answered with.
 * @throws Error where the reply is no list of texts and numbers
 */
export function textsOf(reply: unknown): readonly string[] {
  if (!Array.isArray(reply)) throw confused();
  return reply.map((part: unknown) => {
    if (typeof part !== 'string' && typeof part !== 'number') throw confused();
    return String(part);
  });
}

/**
 * The same, where there are so many parts.
 * @throws Error where there are not
 */
export function textsIn(reply: unknown, count: number): readonly string[] {
  const texts = textsOf(reply);
  if (texts.length !== count) throw confused();
  return texts;
}

/**
 * The same, where each part is a number or the text of one.
 * @throws Error where one is not
 */
export function numbersIn(reply: unknown, count: number): readonly number[] {
  const numbers = textsIn(reply, count).map((text) => (text === '' ? NaN : Number(text)));
  if (!numbers.every(Number.isFinite)) throw confused();
  return numbers;
}

function confused(): Error {
  return new Error('Redis is confused');
}
