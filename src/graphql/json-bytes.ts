/** Shorter texts count as they are: what their escapes and accents would add is not worth counting. */
const SHORT = 64;

/**
 * About how many bytes a value takes as JSON.
 * @param atMost counting ends beyond this
 */
export function jsonBytes(value: unknown, atMost: number): number {
  const rest: unknown[] = [value];
  let bytes = 0;
  while (rest.length > 0 && bytes <= atMost) {
    const next = rest.pop();
    if (typeof next === 'string') bytes += textBytes(next);
    else if (typeof next !== 'object' || next === null) bytes += 5;
    else {
      for (const [key, part] of Object.entries(next)) {
        if (!Array.isArray(next)) bytes += key.length + 3;
        bytes += 1;
        rest.push(part);
      }
      bytes += 2;
    }
  }
  return bytes;
}

function textBytes(text: string): number {
  return text.length < SHORT ? text.length + 2 : Buffer.byteLength(JSON.stringify(text));
}

/**
 * Whether the texts in a value have more than so many characters in all, its values counted as one each: a quick look that
 * writes nothing, before JSON is written that might be huge.
 */
export function isLonger(value: unknown, most: number): boolean {
  const rest: unknown[] = [value];
  let length = 0;
  while (rest.length > 0 && length <= most) {
    const next = rest.pop();
    length += typeof next === 'string' ? next.length : 1;
    if (typeof next !== 'object' || next === null) continue;
    // Going over the keys takes ten times as long.
    const parts: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    for (const part of parts) rest.push(part);
  }
  return length > most;
}
