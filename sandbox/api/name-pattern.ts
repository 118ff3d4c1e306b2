const LONGEST_PATTERN = 64;
const MOST_QUANTIFIERS = 3;

/**
 * A test for a client's `name` filter: a regular expression without regard to case. A pattern that could take
 * long (repeated groups, back references, many quantifiers), or is none, is taken literally.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const literal = pattern.toLowerCase();
  const contains = (name: string): boolean => name.toLowerCase().includes(literal);
  const quantifiers = pattern.match(/[*+?{]/g)?.length ?? 0;
  const isRisky =
    pattern.length > LONGEST_PATTERN || quantifiers > MOST_QUANTIFIERS || /\)[*+?{]|\\[1-9k]/.test(pattern);
  if (isRisky) return contains;
  try {
    const expression = new RegExp(pattern, 'i');
    return (name) => expression.test(name);
  } catch {
    return contains;
  }
}
