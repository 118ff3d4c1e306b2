import type { IncomingHttpHeaders } from 'node:http';
import { badResponse, type UpstreamError } from './failure.ts';

/** An answer whose body is text. */
export interface TextAnswer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request that is under way. */
export interface AnswerStream {
  on(event: 'response', listener: (response: Pick<TextAnswer, 'headers'>) => void): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  on(event: 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeAllListeners(): unknown;
  destroy(): unknown;
  readonly response?: Pick<TextAnswer, 'statusCode' | 'headers'> | undefined;
}

/** The bytes that JSON may have around its values. */
const BLANKS = new Set(Buffer.from(' \t\n\r'));
/** Those that an object or a list begins with: upstream answers with nothing else. */
const OPENINGS = new Set(Buffer.from('{['));

/**
 * Reads the answer to a request, or of one that begins as no object and no list its beginning. It is read as a stream and
 * not by got, which keeps the bytes and their text at once: what is too large is let go of where the limit is passed, or
 * before its first byte where its length says so. Rejects with the request's error, or once it is destroyed.
 * @param maxBytes of the body
 * @param cut destroys the request, for the reason given
 */
export function readAnswer(
  request: AnswerStream,
  maxBytes: number,
  cut: (reason: UpstreamError) => void,
): Promise<TextAnswer> {
  const tooMuch = () => {
    cut(badResponse('Upstream answered with too much'));
  };
  const body = createBody();
  let isBegun = false;
  /** Whether enough of it is there, though there is more to come. */
  const isEnough = (chunk: Buffer) => {
    const first = isBegun ? undefined : chunk.find((byte) => !BLANKS.has(byte));
    if (first === undefined) return false;
    isBegun = true;
    // The end of what is no object and no list need not be waited for; where it is there, the connection is kept.
    const isThere = body.bytes() === Number(request.response?.headers['content-length']);
    return !OPENINGS.has(first) && !isThere;
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      leave(request);
      reject(error);
    };
    const finish = () => {
      leave(request);
      if (request.response === undefined) {
        reject(badResponse('Upstream answered with nothing'));
        return;
      }
      const { statusCode, headers } = request.response;
      resolve({ statusCode, headers, body: body.text() });
    };
    const complete = () => {
      finish();
      empty(request);
    };
    const begin = ({ headers }: Pick<TextAnswer, 'headers'>) => {
      if (Number(headers['content-length']) > maxBytes) tooMuch();
    };
    const take = (chunk: Buffer) => {
      if (body.bytes() + chunk.length > maxBytes) {
        tooMuch();
        return;
      }
      body.add(chunk);
      if (!isEnough(chunk)) return;
      finish();
      request.destroy();
    };
    const end = () => {
      fail(new Error('The request was ended'));
    };
    request.on('response', begin);
    request.on('data', take);
    request.on('end', complete);
    request.on('error', fail);
    request.on('close', end);
  });
}

/**
 * Lets a request come to its end alone. V8 keeps it until it collects its old generation, and what listens to it as well: the
 * operation.
 */
function leave(request: AnswerStream): void {
  request.removeAllListeners();
  request.on('error', ignore);
}

/** What leads from a request of got to all that it has made. */
const HELD = {
  options: undefined,
  response: undefined,
  _request: undefined,
  _requestOptions: undefined,
  _unproxyEvents: undefined,
  _cancelTimeouts: undefined,
};

/**
 * Takes from a request what it holds, once it has come to its end. One that was destroyed before comes back to it: what got
 * waited for then is told of the destruction later. Where got calls it by other names it goes on as well, and keeps more.
 */
function empty(request: AnswerStream): void {
  Object.assign(request, HELD);
}

/** A failure of what is over already. */
function ignore(): void {
  return undefined;
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
