import { setTimeout as sleep } from 'node:timers/promises';
import { createGatewayClient } from '../../packages/run-history/src/core.ts';
import { TypedDocumentString } from '../../packages/run-history/src/documents/generated.ts';
import { tokenOf } from './demo.ts';

/** What a page asks, or begins to watch. */
export interface Operation {
  readonly kind: 'asks' | 'watches';
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Somebody who looks at the page without a browser: the package's own client, and what a real page does. */
export interface LightViewer {
  /** Does the same, as much later as this one has come later. */
  follow(operation: Operation): void;
  /** Leaves; answers the codes of what was not answered well. */
  leave(): readonly string[];
}

/**
 * @param url where the demo is, without a path
 * @param lateMs how much later than the page it came
 */
export function createLightViewer(url: string, lateMs: number): LightViewer {
  const client = createGatewayClient({ url: `${url}/graphql`, getToken: () => tokenOf(url) });
  const left = new AbortController();
  const codes: string[] = [];
  const leaving: (() => void)[] = [];
  const act = async ({ kind, query, variables }: Operation) => {
    await sleep(lateMs, undefined, { signal: left.signal });
    const document = new TypedDocumentString<unknown, Operation['variables']>(query);
    if (kind === 'asks') {
      const { problems } = await client.request(document, variables, left.signal);
      codes.push(...problems.map(({ code }) => code).filter((code) => code !== 'ABORTED'));
      return;
    }
    const leave = client.subscribe(document, variables, {
      next: ({ problems }) => codes.push(...problems.map(({ code }) => code)),
      end: (problem) => {
        if (problem !== null && !left.signal.aborted) codes.push(problem.code);
      },
    });
    leaving.push(leave);
  };
  return {
    follow: (operation) => {
      // It fails only for those who have left.
      act(operation).catch(() => undefined);
    },
    leave: () => {
      left.abort();
      for (const leave of leaving) leave();
      return codes;
    },
  };
}
