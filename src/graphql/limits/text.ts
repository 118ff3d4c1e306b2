import type { GraphQLError } from 'graphql';
import { refusal, type Limits } from './limits.ts';

/**
 * How deep brackets may lie within brackets. The parser calls itself for each, and bears many times as much; what the
 * limits of fields and of arguments let through has less.
 */
const MAX_NESTING = 200;

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
  if (isNestedDeeper(text, MAX_NESTING)) {
    return refusal(
      'GRAPHQL_PARSE_FAILED',
      `Brackets of the document lie more than ${String(MAX_NESTING)} deep`,
    );
  }
  return null;
}

/** Whether brackets lie deeper than that within brackets; those in strings and comments are none. */
function isNestedDeeper(text: string, most: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charAt(at)) {
      case '{':
      case '[':
      case '(':
        depth += 1;
        if (depth > most) return true;
        break;
      case '}':
      case ']':
      case ')':
        depth -= 1;
        break;
      case '#':
        at = endOfLine(text, at);
        break;
      case '"':
        at = text.startsWith('"""', at) ? endOfBlock(text, at + 3) : endOfString(text, at + 1);
        break;
    }
  }
  return false;
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
