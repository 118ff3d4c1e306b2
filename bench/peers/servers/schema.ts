import type { Doc, ExecutionPage } from './rest.ts';

/** The part of the gateway's schema that a run history needs. */
export const typeDefs = `
  type Query {
    executions(filter: ExecutionFilter, page: PageInput): ExecutionConnection!
    execution(id: ID!): Execution
  }
  input ExecutionFilter { status: [ExecutionStatus!] }
  input PageInput { number: Int = 1 size: Int = 10 }
  type ExecutionConnection { nodes: [Execution!]! totalCount: Int! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! currentPage: Int totalPages: Int }
  type Execution {
    id: ID! name: String status: ExecutionStatus! createdAt: String completedAt: String durationMs: Float
    source: String type: String environment: String
    workflow: Workflow application: Application nodes: [ExecutionNode!]
  }
  type ExecutionNode {
    nodeId: ID! name: String type: String status: String attempts: Int durationMs: Float output: JSON
  }
  type Workflow {
    id: ID! name: String icon: String description: String slug: String published: Boolean version: Int
    environment: String createdAt: String updatedAt: String
  }
  type Application {
    id: ID! name: String icon: String slug: String description: String type: String authType: String
    tags: [String!] connected: Boolean reauthRequired: Boolean
  }
  enum ExecutionStatus {
    COMPLETED ERRORED RUNNING STOPPED STOPPING TIMED_OUT QUEUED WAITING TERMINATED UNKNOWN
  }
  scalar JSON
`;

/** How a server asks the upstream with the caller's own credential. */
export type Read = <T>(authorization: string, path: string, query?: Record<string, string>) => Promise<T>;

/** How a server finds what a row only names. Built anew for every request. */
export interface Lookups {
  workflow(id: string): Promise<Doc>;
  application(id: string): Promise<Doc>;
}

/** What resolvers are given of a request. */
export interface PeerContext {
  readonly authorization: string;
  readonly lookups: Lookups;
}

interface ExecutionsArgs {
  readonly filter?: { readonly status?: readonly string[] };
  readonly page?: { readonly number: number; readonly size: number };
}

type Resolver = (parent: Doc, args: unknown, context: PeerContext) => unknown;

const embedded = (key: string) => (row: Doc) => row[key] as Doc | null | undefined;
const workflowOf = embedded('associated_workflow');
const applicationOf = embedded('associated_application');
const idOf = (doc: Doc) => doc['_id'] as string;
const value = (key: string) => (doc: Doc) => doc[key];
const upperCase = (key: string) => (doc: Doc) =>
  (doc[key] as string | undefined)?.toUpperCase().replaceAll(' ', '_');

function sourceOf(row: Doc): string | null {
  const event = row['trigger_application_event'] as string | undefined;
  if (event === undefined) return null;
  if (event === 'Schedule') return 'SCHEDULE';
  return event === 'API Call' || event === 'API_CALL' ? 'API_CALL' : 'EVENT';
}

/** What the two ways to look up have in common. */
function createCommonResolvers(read: Read) {
  return {
    Query: {
      executions: async (_root: unknown, args: ExecutionsArgs, { authorization }: PeerContext) => {
        const { filter, page = { number: 1, size: 10 } } = args;
        const status = filter?.status?.[0];
        const query = { page: String(page.number), limit: String(page.size) };
        const found = await read<ExecutionPage>(authorization, '/execution', {
          ...query,
          ...(status === undefined ? {} : { status }),
        });
        return { nodes: found.docs, totalCount: found.totalDocs, pageInfo: found };
      },
      execution: (_root: unknown, { id }: { readonly id: string }, { authorization }: PeerContext) =>
        read<Doc>(authorization, `/execution/${id}`),
    },
    PageInfo: { currentPage: value('page') },
    Execution: {
      id: idOf,
      completedAt: value('completion_time'),
      durationMs: value('instance_execution_time'),
      source: sourceOf,
      type: value('type_of_execution'),
      environment: upperCase('environment'),
    },
    ExecutionNode: {
      nodeId: value('node_id'),
      name: value('node_name'),
      type: value('node_type'),
      status: upperCase('node_status'),
      attempts: value('attempts_made'),
      durationMs: value('execution_time'),
      output: value('latest_output'),
    },
    Workflow: { id: idOf, environment: upperCase('environment') },
    Application: {
      id: (application: Doc) => application['app_id'] ?? idOf(application),
      authType: value('auth_type'),
      reauthRequired: value('reauth_required'),
    },
  };
}

/** Resolvers that look each workflow and application of a row up, whatever is asked of it. */
export function createNaiveResolvers(read: Read) {
  const common = createCommonResolvers(read);
  const workflow: Resolver = (row, _args, { lookups }) => {
    const named = workflowOf(row);
    return named == null ? null : lookups.workflow(idOf(named));
  };
  const application: Resolver = (row, _args, { lookups }) => {
    const named = applicationOf(row);
    return named == null ? null : lookups.application(idOf(named));
  };
  return { ...common, Execution: { ...common.Execution, workflow, application } };
}

/** Resolvers that take what a row embeds, and look up only what it does not. */
export function createResolvers(read: Read) {
  const common = createCommonResolvers(read);
  const lookedUp =
    (kind: keyof Lookups, key: string, of: (doc: Doc) => unknown = value(key)): Resolver =>
    async (doc, _args, { lookups }) =>
      of(await lookups[kind](idOf(doc)));
  const workflow = (key: string) => lookedUp('workflow', key);
  const application = (key: string) => lookedUp('application', key);
  return {
    ...common,
    Execution: { ...common.Execution, workflow: workflowOf, application: applicationOf },
    Workflow: {
      ...common.Workflow,
      description: workflow('description'),
      slug: workflow('slug'),
      published: workflow('published'),
      version: workflow('version'),
      environment: lookedUp('workflow', 'environment', upperCase('environment')),
      createdAt: workflow('createdAt'),
      updatedAt: workflow('updatedAt'),
    },
    Application: {
      ...common.Application,
      slug: application('slug'),
      description: application('description'),
      type: application('type'),
      authType: application('auth_type'),
      tags: application('tags'),
      connected: application('connected'),
      reauthRequired: application('reauth_required'),
    },
  };
}
