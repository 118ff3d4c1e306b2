import type { IncomingHttpHeaders } from 'node:http';
import { createWatchers } from './eventually.ts';
import { startServer } from './gateway.ts';

/** A request that a gate holds. */
interface Held {
  readonly page: string | null;
  readonly headers: IncomingHttpHeaders;
  /** Whether whoever asked is still there. */
  isWaiting: boolean;
  /** Lets it through: the answer is an empty list, whose total is how many the gate had held by then. */
  answer(status?: number): void;
}

/** An upstream that answers nobody before it is told to. */
export async function startGate() {
  const held: Held[] = [];
  const watchers = createWatchers();
  const url = await startServer((incoming, response) => {
    const one: Held = {
      page: new URL(incoming.url ?? '', 'http://gate').searchParams.get('page'),
      headers: incoming.headers,
      isWaiting: true,
      answer: (status = 200) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ docs: [], totalDocs: held.indexOf(one) + 1 }));
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
