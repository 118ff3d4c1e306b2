/**
 * How many characters the texts in a value have, its other values counted as one each: a quick look that writes nothing,
 * before JSON is written that might be huge.
 * @param atMost counting ends beyond this
 */
export function charactersIn(value: unknown, atMost: number): number {
  if (typeof value !== 'object') return typeof value === 'string' ? value.length : 1;
  const rest: unknown[] = [value];
  let length = 0;
  while (rest.length > 0 && length <= atMost) {
    const next = rest.pop();
    length += typeof next === 'string' ? next.length : 1;
    if (typeof next !== 'object' || next === null) continue;
    // Going over the keys takes ten times as long.
    const parts: readonly unknown[] = Array.isArray(next) ? next : Object.values(next);
    for (const part of parts) rest.push(part);
  }
  return length;
}
