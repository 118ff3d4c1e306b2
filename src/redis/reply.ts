/**
 * The parts of what a script was answered with. It is read inside what `attempt` and `probe` run, so that anything else
 * counts as a Redis that is away.
 * @throws Error where the reply is not so many texts or numbers
 */
export function textsIn(reply: unknown, count: number): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(reply) ? reply : [];
  const texts = parts.flatMap((part) =>
    typeof part === 'string' || typeof part === 'number' ? String(part) : [],
  );
  if (parts.length !== count || texts.length !== count) throw confused();
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
