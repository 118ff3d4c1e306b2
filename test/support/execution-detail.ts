import { startGateway } from './gateway.ts';
import type { Setup } from './gateway.ts';

export const ROUTE = 'GET /execution/{execution_id}';

export const ONE = `query ($id: ID!) {
  execution(id: $id) {
    id name status rawStatus createdAt environment configId eventId workflow { id name icon } application { id name icon }
    completionPercentage
    nodes {
      nodeId name type status rawStatus isBatch attempts maxAttempts durationMs
      input(maxBytes: 1048576) output(maxBytes: 1048576) requestCurl
    }
  }
}`;

export type Wire = Readonly<Record<string, unknown>>;

export type Detail = Wire & { readonly nodes: readonly Wire[] };

export interface Data {
  readonly execution: {
    readonly id: string;
    readonly nodes: readonly {
      readonly id: string;
      readonly nodeId: string;
      readonly output: unknown;
      readonly batches: { readonly nodes: unknown };
    }[];
  };
  readonly executions: {
    readonly nodes: readonly {
      readonly id: string;
      readonly completionPercentage: number;
      readonly nodes: unknown;
    }[];
  };
}

/** A gateway whose upstream answers the next look-up of an execution with this. */
export async function startWith(body: unknown, setup: Setup = {}) {
  const gateway = await startGateway({ ...setup, sandbox: { executions: 5, ...setup.sandbox } });
  gateway.sandbox.addFault({ match: { route: ROUTE }, body });
  return gateway;
}
