import type { TypedDocumentString } from '../documents/generated.ts';
import type { Problem } from './problem.ts';

/** An answer of the gateway. It may have both data and problems: a field that fails is null and leaves the others. */
export interface Answer<Data> {
  /** Null: nothing could be answered. */
  readonly data: Data | null;
  readonly problems: readonly Problem[];
  /** When the oldest part of it was read upstream, where that is older than it should be; null: all of it is fresh. */
  readonly asOf: string | null;
}

/** Takes what a subscription tells. */
export interface Observer<Data> {
  /** An event. */
  readonly next: (answer: Answer<Data>) => void;
  /** Whether events can arrive now; a connection that is lost is made again. */
  readonly connected?: (isConnected: boolean) => void;
  /** Nothing more will come: null where that is as it should be, else why. */
  readonly end: (problem: Problem | null) => void;
}

/** How operations reach the gateway. The hooks and the page need nothing else, so any GraphQL client can stand behind it. */
export interface RunClient {
  /** Asks once. Never rejects: what goes wrong is a problem of the answer. */
  request<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Answer<Data>>;
  /** Watches until the returned function is called, or it ends by itself. */
  subscribe<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    observer: Observer<Data>,
  ): () => void;
}
