import type { Outcome } from '../observability/outcome.ts';

/** A whole answer, as it is told to everybody who asks the same, but for what is true of a moment. */
export interface Answer {
  /** Its text up to `extensions`, which are told anew each time. */
  readonly head: string;
  /** How long that is as bytes. */
  readonly headBytes: number;
  readonly contentType: string;
  /** How it went when it was made; it has no errors. */
  readonly outcome: Outcome;
}

const START = '{"data":';
const EXTENSIONS = ',"extensions":';

/**
 * The part of an answer's text that is the same each time: all but its extensions, which come last. Null where it has
 * errors, or is no answer to an operation.
 */
export function headOf(text: string): string | null {
  // Extensions have no text of anybody's in them: the last that looks like their beginning is it.
  const end = text.lastIndexOf(EXTENSIONS);
  return text.startsWith(START) && end > 0 ? text.slice(0, end) : null;
}

/** What comes after the head of an answer: its extensions, and its end. All of it is ASCII. */
export function tailOf(extensions: object): string {
  return `${EXTENSIONS}${JSON.stringify(extensions)}}\n`;
}
