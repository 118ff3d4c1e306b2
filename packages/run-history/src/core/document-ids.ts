import type { Question, Transport } from './live.ts';

/** How the gateway is told which document to run. */
export type DocumentNaming = 'text' | 'ids';

/** A request, as it tells of its document. */
export interface Named {
  readonly query: string;
  readonly documentId?: string;
}

/** Names documents by their ids, which are made once each; by their texts, where the page has no way to make them. */
export function createIds(): (text: string) => Promise<Named> {
  const made = new Map<string, Promise<Named>>();
  return (text) => {
    const known = made.get(text) ?? name(text);
    made.set(text, known);
    return known;
  };
}

async function name(text: string): Promise<Named> {
  // There is none in pages that did not come over HTTPS.
  const { subtle } = globalThis.crypto as Partial<typeof globalThis.crypto>;
  if (subtle === undefined) return { query: text };
  const bytes = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'));
  // The protocols of subscriptions want a query, be it empty.
  return { query: '', documentId: `sha256:${digits.join('')}` };
}

/** Watches by the names of documents. */
export function withNames(nameOf: (text: string) => Promise<Named>, transport: Transport): Transport {
  return {
    subscribe: (question: Question, sink) => {
      let isLeft = false;
      let leave = () => {};
      void nameOf(question.query).then((named) => {
        if (!isLeft) leave = transport.subscribe({ ...question, ...named }, sink);
      });
      return () => {
        isLeft = true;
        leave();
      };
    },
  };
}
