import { request, type IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Sandbox } from '../../sandbox/server.ts';
import { createWatchers } from './eventually.ts';
import { startServer } from './gateway.ts';

/** A request that a gate holds. */
interface Held {
  readonly page: string | null;
  readonly headers: IncomingHttpHeaders;
  /** Whether whoever asked is still there. */
  isWaiting: boolean;
  /** Lets it through: the answer is a list of as many rows as the gate had held by then. */
  answer(status?: number): void;
}

/** An upstream that answers nobody before it is told to. */
export async function startGate() {
  const held: Held[] = [];
  const watchers = createWatchers();
  const url = await startServer((incoming, response) => {
    const params = new URL(incoming.url ?? '', 'http://gate').searchParams;
    const [number, limit] = [Number(params.get('page')), Number(params.get('limit'))];
    const one: Held = {
      page: params.get('page'),
      headers: incoming.headers,
      isWaiting: true,
      answer: (status = 200) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        const rows = Array.from({ length: held.indexOf(one) + 1 }, (_, nth) => ({ _id: String(nth) }));
        const docs = rows.slice((number - 1) * limit, number * limit);
        response.end(JSON.stringify({ docs, totalDocs: rows.length }));
      },
    };
    held.push(one);
    response.once('close', () => {
      one.isWaiting = false;
      watchers.notify();
    });
    watchers.notify();
  });
  return {
    url,
    held,
    /** Resolves once the condition holds; it is asked again whenever a request arrives or ends. */
    until: (condition: () => boolean) =>
      watchers.until(() => `${String(condition)} at the gate, which holds ${String(held.length)}`, condition),
  };
}

/**
 * A way to the sandbox that can be closed for the answers to changes, or to what is read: they wait there until they are let
 * through. The sandbox is asked at once.
 */
export async function startAnswerGate(sandbox: Sandbox, held: 'POST' | 'GET' = 'POST') {
  const waiting: (() => void)[] = [];
  let allowed = Infinity;
  const allow = (count: number) => {
    allowed += count;
    for (const pass of waiting.splice(0, allowed)) {
      allowed -= 1;
      pass();
    }
  };
  const url = await startServer((incoming, response) => {
    const { method, headers } = incoming;
    const options = method === undefined ? { headers } : { method, headers };
    const sent = request(`${sandbox.url}${incoming.url ?? ''}`, options, (answer) => {
      void buffer(answer).then((body) => {
        const pass = () => response.writeHead(answer.statusCode ?? 500, answer.headers).end(body);
        if (method !== held) {
          pass();
          return;
        }
        waiting.push(pass);
        allow(0);
      });
    });
    sent.once('error', () => response.destroy());
    incoming.pipe(sent);
  });
  return {
    url,
    /** Lets the next ones through, whether they wait already or are still to come. */
    letThrough: allow,
    /** Lets nothing through from now on. */
    close: () => {
      allowed = 0;
    },
    /** Lets everything through from now on, as at the start. */
    open: () => {
      allow(Infinity);
    },
  };
}
