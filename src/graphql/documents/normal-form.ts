import { Lexer, Source, TokenKind, type Token } from 'graphql';

/** What a field cannot follow: then it is a part of something else, such as the field behind an alias. */
const NOT_BEFORE = new Set<TokenKind>([TokenKind.COLON, TokenKind.SPREAD, TokenKind.AT, TokenKind.DOLLAR]);
/** What makes more of `__typename` than the plain field. */
const NOT_BEHIND = new Set<TokenKind>([TokenKind.COLON, TokenKind.PAREN_L, TokenKind.AT]);

/** What is written by its value; punctuation has none. */
const WRITTEN = new Set<TokenKind>([TokenKind.NAME, TokenKind.INT, TokenKind.FLOAT]);

/**
 * What two documents have in common that differ by nothing but how they are written, the order of their operations and
 * fragments, and plain `__typename` fields, which clients add for their caches. Its tokens are looked at once each, and
 * nothing is parsed.
 * @returns null: it has more tokens than may be, or is no GraphQL
 */
export function normalFormOf(text: string, maxTokens: number): string | null {
  try {
    return read(new Lexer(new Source(text)), maxTokens);
  } catch {
    return null;
  }
}

function read(lexer: Lexer, maxTokens: number): string | null {
  const definitions: string[] = [];
  let parts: string[] = [];
  let [braces, others, count] = [0, 0, 0];
  let [before, beforeThat]: [Token | null, Token | null] = [null, null];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) {
    if ((count += 1) > maxTokens) return null;
    const isInSelection = braces > 0 && others === 0;
    if (!isInSelection || !isPlainTypename(token, before, beforeThat, lexer.lookahead())) {
      parts.push(textOf(token));
    }
    if (others === 0) braces += stepOf(token, TokenKind.BRACE_L, TokenKind.BRACE_R);
    others += stepOf(token, TokenKind.PAREN_L, TokenKind.PAREN_R);
    others += stepOf(token, TokenKind.BRACKET_L, TokenKind.BRACKET_R);
    if (braces < 0 || others < 0) return null;
    if (token.kind === TokenKind.BRACE_R && braces === 0 && others === 0) {
      definitions.push(definitionOf(parts));
      parts = [];
    }
    [before, beforeThat] = [token, before];
  }
  return parts.length > 0 ? null : definitions.sort().join('\n');
}

function stepOf({ kind }: Token, open: TokenKind, close: TokenKind): number {
  if (kind === open) return 1;
  return kind === close ? -1 : 0;
}

/** @param next the token behind it */
function isPlainTypename(token: Token, before: Token | null, beforeThat: Token | null, next: Token): boolean {
  if (token.kind !== TokenKind.NAME || token.value !== '__typename' || before === null) return false;
  const isTypeCondition =
    before.kind === TokenKind.NAME && before.value === 'on' && beforeThat?.kind === TokenKind.SPREAD;
  return !NOT_BEFORE.has(before.kind) && !NOT_BEHIND.has(next.kind) && !isTypeCondition;
}

function textOf({ kind, value }: Token): string {
  if (kind === TokenKind.STRING || kind === TokenKind.BLOCK_STRING) return JSON.stringify(value);
  return WRITTEN.has(kind) ? value : kind;
}

/** A query without a name is written with the word and without it. */
function definitionOf([first, second, ...rest]: readonly string[]): string {
  const isShort = first === 'query' && second === '{';
  return (isShort ? [second, ...rest] : [first, second, ...rest]).join(' ');
}
