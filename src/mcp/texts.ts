import { z } from 'zod';

/** Longer texts of others end in an ellipsis. */
const MAX_CHARS = 200;

/** A text of others, as short as an assistant needs it. */
export const shortText = z.string().max(MAX_CHARS).nullable();

/** Cuts a text of others to what `shortText` takes. */
export function shortened(text: string | null): string | null {
  if (text === null || text.length <= MAX_CHARS) return text;
  return `${text.slice(0, MAX_CHARS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A point in time, as GraphQL spells it. */
export const time = z.string().nullable();

/** A number with the noun that it counts: `1 run`, `2 runs`. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
