import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Posts JSON with exactly these headers, in this order, repeated ones included: what `fetch` would join or refuse
 * goes out as it is.
 * @param headers name and value pairs; a value's characters are sent as one byte each
 */
export function rawRequest(
  url: string,
  headers: readonly (readonly [string, string])[],
  body: string,
): Promise<RawAnswer> {
  const all = [
    ['host', new URL(url).host],
    ['connection', 'close'],
    ['content-type', 'application/json'],
    ['content-length', String(Buffer.byteLength(body))],
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: all.flat() }, (response) => {
      text(response).then((read) => {
        resolve({ status: response.statusCode ?? 0, body: read });
      }, reject);
    });
    sent.once('error', reject);
    // As bytes: Node.js would send the headers in the encoding of a text beside them.
    sent.end(Buffer.from(body));
  });
}

/** Sends a text as it is, HTTP or not, and reads the one answer to it until the other side closes. */
export async function rawConversation(url: string, sent: string): Promise<RawAnswer & { headers: Headers }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(sent);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(': ') as [string, string]));
  return { status: Number(status.split(' ')[1]), body, headers };
}
