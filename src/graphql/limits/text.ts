import type { GraphQLError } from 'graphql';
import { refusal, type Limits } from './limits.ts';

/**
 * How deep brackets may lie within brackets. The parser calls itself for each, and bears many times as much; what the
 * limits of fields and of arguments let through has less.
 */
const MAX_NESTING = 200;
/** The parser does not count comments, but keeps what it knows of each, which is much more than its text. */
const MAX_COMMENTS = 1000;

/**
 * Looks at a document before it is parsed, in one pass over its text.
 * @returns why it is refused, or null
 */
export function checkText(text: string, { maxDocumentLength }: Limits): GraphQLError | null {
  if (text.length > maxDocumentLength) {
    return refusal(
      'GRAPHQL_PARSE_FAILED',
      `The document is longer than ${String(maxDocumentLength)} characters`,
    );
  }
  const tooMuch = tooMuchIn(text);
  return tooMuch === null ? null : refusal('GRAPHQL_PARSE_FAILED', tooMuch);
}

/** What a text has too much of; null: nothing. Brackets in strings and comments are none. */
function tooMuchIn(text: string): string | null {
  let depth = 0;
  let comments = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '{':
      case '[':
      case '(':
        depth += 1;
        if (depth > MAX_NESTING) return `Brackets of the document lie more than ${String(MAX_NESTING)} deep`;
        break;
      case '}':
      case ']':
      case ')':
        depth -= 1;
        break;
      case '#':
        comments += 1;
        if (comments > MAX_COMMENTS) return `The document has more than ${String(MAX_COMMENTS)} comments`;
        at = endOfLine(text, at);
        break;
      case '"':
        at = text.startsWith('"""', at) ? endOfBlock(text, at + 3) : endOfString(text, at + 1);
        break;
    }
  }
  return null;
}

function endOfLine(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at += 1;
  return at;
}

/** Where a string ends, or where the parser will give it up. */
function endOfString(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"' && text[at] !== '\n' && text[at] !== '\r') {
    at += text[at] === '\\' ? 2 : 1;
  }
  return at;
}

/** Where a block string ends, at the last of its quotes. */
function endOfBlock(text: string, from: number): number {
  for (let at = text.indexOf('"""', from); at !== -1; at = text.indexOf('"""', at + 3)) {
    if (text[at - 1] !== '\\') return at + 2;
  }
  return text.length;
}
