import { TokenKind, type DocumentNode } from 'graphql';

/** What the parser's work on a token takes, with its place in the text and the node that it is of, in bytes. */
const NAME = 480;
const OTHER = 250;
const COMMENT = 140;

/** About how much memory a document takes that was parsed, its text and its comments included. */
export function documentBytesOf({ loc }: DocumentNode): number {
  let bytes = Buffer.byteLength(loc?.source.body ?? '');
  for (let token = loc?.startToken ?? null; token !== null; token = token.next) {
    if (token.kind === TokenKind.COMMENT) bytes += COMMENT;
    else bytes += token.kind === TokenKind.NAME ? NAME : OTHER;
  }
  return bytes;
}
