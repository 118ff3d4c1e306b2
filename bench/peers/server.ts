import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readExecutions, type Doc } from './rest.ts';

/** The part of the gateway's schema that a run-history table needs. */
const typeDefs = `
  type Query { executions(filter: ExecutionFilter, page: PageInput): ExecutionConnection! }
  input ExecutionFilter { status: [ExecutionStatus!] }
  input PageInput { number: Int = 1 size: Int = 10 }
  type ExecutionConnection { nodes: [Execution!]! totalCount: Int! }
  type Execution {
    id: ID! status: ExecutionStatus! createdAt: String durationMs: Float workflow: Workflow application: Application
  }
  type Workflow { id: ID! name: String icon: String description: String }
  type Application { id: ID! name: String icon: String slug: String }
  enum ExecutionStatus { COMPLETED ERRORED RUNNING STOPPED STOPPING TIMED_OUT UNKNOWN }
`;

/** How a peer finds what a row only names. Built anew for every request. */
export interface Lookups {
  workflow(id: string): Promise<Doc>;
  application(id: string): Promise<Doc>;
}

interface PeerContext {
  readonly authorization: string;
  readonly lookups: Lookups;
}

interface ExecutionsArgs {
  readonly filter?: { readonly status?: readonly string[] };
  readonly page?: { readonly number: number; readonly size: number };
}

const idOf = (doc: unknown) => (doc as Doc)['_id'] as string;

const resolvers = {
  Query: {
    executions: async (_root: unknown, args: ExecutionsArgs, { authorization }: PeerContext) => {
      const { filter, page = { number: 1, size: 10 } } = args;
      const { docs, totalDocs } = await readExecutions(authorization, page, filter?.status?.[0]);
      return { nodes: docs, totalCount: totalDocs };
    },
  },
  Execution: {
    id: idOf,
    durationMs: (row: Doc) => row['instance_execution_time'],
    workflow: (row: Doc, _args: unknown, { lookups }: PeerContext) => {
      const named = row['associated_workflow'];
      return named == null ? null : lookups.workflow(idOf(named));
    },
    application: (row: Doc, _args: unknown, { lookups }: PeerContext) => {
      const named = row['associated_application'];
      return named == null ? null : lookups.application(idOf(named));
    },
  },
  Workflow: { id: idOf },
  Application: { id: (application: Doc) => application['app_id'] },
};

/** Starts a peer: Apollo Server on its own, as its documentation shows it. */
export async function startPeerServer(createLookups: (authorization: string) => Lookups): Promise<void> {
  const server = new ApolloServer<PeerContext>({ typeDefs, resolvers, csrfPrevention: false });
  await startStandaloneServer(server, {
    listen: { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0) },
    context: ({ req }) => {
      const authorization = req.headers.authorization ?? '';
      return Promise.resolve({ authorization, lookups: createLookups(authorization) });
    },
  });
}

/** The one of these applications that has the id. */
export function applicationById(applications: readonly Doc[], id: string): Doc {
  const found = applications.find((application) => application['app_id'] === id);
  if (found === undefined) throw new Error('There is no such application');
  return found;
}
