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
