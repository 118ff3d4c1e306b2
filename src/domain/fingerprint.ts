import { createHash } from 'node:crypto';

/**
 * What differs from one failure to the next of the same kind, in the order in which it is taken out: each pattern is
 * bounded, so that this takes linear time.
 */
const VARIABLE = [
  // A URL's query and fragment.
  [/\b([a-z][a-z\d+.-]{1,30}:\/\/[^\s?#"'<>]{1,2048})[?#][^\s"'<>]{0,8192}/g, '$1'],
  [/[\w.+-]{1,64}@[a-z\d-]{1,64}(?:\.[a-z\d-]{1,64}){1,8}/g, '<email>'],
  // Times: ISO 8601, those of HTTP, and of a clock.
  [
    /\b\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?(?:\s?(?:z|utc|gmt)\b|[+-]\d{2}:?\d{2})?/g,
    '<time>',
  ],
  [
    /\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? \d{1,2}[ -][a-z]{3,9}[ -]\d{2,4}(?: \d{2}:\d{2}:\d{2})?(?: gmt| utc)?/g,
    '<time>',
  ],
  [/\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?[ap]m)?\b/g, '<time>'],
  // Ids: UUIDs, hexadecimal ones, and parts of words in which a letter follows a digit. What is left is numbers.
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g, '#'],
  [/\b(?=[a-f]{0,64}\d)[\da-f]{8,64}\b/g, '#'],
  [/[a-z\d]{0,128}\d[a-z][a-z\d]{0,128}/g, '#'],
  [/\d+(?:[.,]\d+)*/g, '#'],
  [/#(?:[-_.:]#)+/g, '#'],
] as const satisfies readonly (readonly [RegExp, string])[];

/** What messages of the same kind have in common: lower case, without ids, numbers, times and queries of URLs. */
function commonTextOf(message: string): string {
  let text = message.toLowerCase();
  for (const [pattern, placeholder] of VARIABLE) text = text.replace(pattern, placeholder);
  return text.replace(/\s+/g, ' ').trim();
}

/** Tells failures of one kind from those of others. Without a message all are of one kind. */
export function fingerprintOf(message: string | null): string {
  const text = message === null ? 'without a message' : `message ${commonTextOf(message)}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
