import type { IncomingHttpHeaders } from 'node:http';
import { badResponse, type UpstreamError } from './failure.ts';

/** An answer whose body is text. */
export interface TextAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request that is under way. */
export interface AnswerStream extends AsyncIterable<Buffer> {
  once(event: 'response', listener: (response: Pick<TextAnswer, 'headers'>) => void): unknown;
  readonly response?: Pick<TextAnswer, 'statusCode' | 'headers'> | undefined;
}

/** The bytes that JSON may have around its values. */
const BLANKS = new Set(Buffer.from(' \t\n\r'));
/** Those that an object or a list begins with: upstream answers with nothing else. */
const OPENINGS = new Set(Buffer.from('{['));

/**
 * Reads the answer to a request, or of one that begins as no object and no list its beginning. It is read as a stream and
 * not by got, which keeps the bytes and their text at once: what is too large is let go of where the limit is passed, or
 * before its first byte where its length says so.
 * @param maxBytes of the body
 * @param cut ends the request, for the reason given
 */
export async function readAnswer(
  request: AnswerStream,
  maxBytes: number,
  cut: (reason: UpstreamError) => void,
): Promise<TextAnswer> {
  const tooMuch = () => {
    cut(badResponse('Upstream answered with too much'));
  };
  request.once('response', ({ headers }) => {
    if (Number(headers['content-length']) > maxBytes) tooMuch();
  });
  const body = createBody();
  let isBegun = false;
  for await (const chunk of request) {
    if (body.bytes() + chunk.length > maxBytes) tooMuch();
    else body.add(chunk);
    const first = isBegun ? undefined : chunk.find((byte) => !BLANKS.has(byte));
    if (first === undefined) continue;
    isBegun = true;
    // The end of what is no object and no list need not be waited for; where it is there, the connection is kept.
    const isThere = body.bytes() === Number(request.response?.headers['content-length']);
    if (!OPENINGS.has(first) && !isThere) break;
  }
  if (request.response === undefined) throw badResponse('Upstream answered with nothing');
  const { statusCode, headers } = request.response;
  return { statusCode, headers, body: body.text() };
}

/** Of chunks smaller than this, many are made one: each has a cost of its own, which a body of bytes would multiply. */
const SMALL_BYTES = 1024;
const MANY = 256;

function createBody() {
  const pieces: Buffer[] = [];
  let small: Buffer[] = [];
  let bytes = 0;
  const settle = () => {
    if (small.length > 0) pieces.push(Buffer.concat(small));
    small = [];
  };
  return {
    bytes: () => bytes,
    add: (chunk: Buffer) => {
      bytes += chunk.length;
      if (chunk.length >= SMALL_BYTES) {
        settle();
        pieces.push(chunk);
      } else if (small.push(chunk) === MANY) settle();
    },
    text: () => {
      settle();
      const [first] = pieces;
      return (pieces.length === 1 && first !== undefined ? first : Buffer.concat(pieces)).toString();
    },
  };
}
