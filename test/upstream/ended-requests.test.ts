import {
  Agent,
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import got from 'got';
import { readAnswer } from '../../src/upstream/body.ts';
import { collectGarbage } from '../support/collect-garbage.ts';

const agent = { http: new Agent({ keepAlive: true }) };
const server = createServer((_request, response) => response.end('{}'));

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  agent.http.destroy();
  server.close();
});

// V8 keeps a request of got until it collects its old generation, with all that it leads to.
test('a request of got that has ended leads to nothing that it has made', async () => {
  const { port } = server.address() as AddressInfo;
  const made = new Map<string, WeakRef<object>>();
  const request = got.stream(`http://127.0.0.1:${String(port)}`, {
    agent,
    retry: { limit: 0 },
    request: (url, options) => {
      made.set('options for Node.js', new WeakRef(options));
      return httpRequest(url, options);
    },
  });
  made.set('options', new WeakRef(request.options));
  request.once('request', (sent: ClientRequest) => made.set('request', new WeakRef(sent)));
  request.once('response', (response: IncomingMessage) => made.set('response', new WeakRef(response)));

  const answer = await readAnswer(request, 1000, () => request.destroy());
  await collectGarbage();

  expect(answer.body).toBe('{}');
  expect(made.size).toBe(4);
  expect([...made].filter(([, one]) => one.deref() !== undefined).map(([name]) => name)).toEqual([]);
  // Up to here the request itself is held.
  expect(request.readableEnded).toBe(true);
});
