import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@theguild/federation-composition';
import { graphql, parse } from 'graphql';
import { blocksIn, runProgram, type Program } from './documented-client.ts';
import { queryAt, startServer, type Gateway } from './gateway.ts';

/** A second subgraph, which knows of orders: what each of them ran, and who owns a workflow. */
const ORDERS = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.4", import: ["@key", "@shareable"])
  type Query { orders(count: Int!): [Order!]! }
  type Order { id: ID! run: Execution workflow: Workflow application: Application }
  type Execution @key(fields: "id", resolvable: false) { id: ID! }
  type Workflow @key(fields: "id") { id: ID! owner: String }
  type Application @key(fields: "slug") { slug: String price: Float }
`;

/** What an order has run. */
export interface Order {
  readonly runId: string;
  readonly workflowId: string;
  readonly slug: string;
}

/** What another service of the graph is like. */
export interface Service {
  readonly name: string;
  readonly sdl: string;
  readonly url?: string;
}

/** The schema of the graph that consists of these. */
export function compose(...services: readonly Service[]): string {
  const { supergraphSdl, errors } = composeServices(
    services.map(({ name, sdl, url = '' }) => ({ name, typeDefs: parse(sdl), url })),
  );
  if (supergraphSdl !== undefined) return supergraphSdl;
  throw new Error(errors.map(({ message }) => message).join('\n'));
}

/** The schema as the gateway tells it. */
export async function sdlOf({ query }: Pick<Gateway, 'query'>): Promise<string> {
  return (await query<{ _service: { sdl: string } }>('{ _service { sdl } }')).data._service.sdl;
}

const programs: Program[] = [];

/** Stops the gateways in front; for `afterEach`, before those behind are stopped. */
export async function stopFronts(): Promise<void> {
  for (const program of programs.splice(0)) await program.stop();
}

/** The second subgraph; answers its URL. */
function startOrders(orders: readonly Order[]): Promise<string> {
  const schema = buildSubgraphSchema([
    {
      typeDefs: parse(ORDERS),
      resolvers: {
        Query: {
          orders: (_root: unknown, { count }: { count: number }) =>
            orders.slice(0, count).map((_, id) => ({ id })),
        },
        Order: {
          run: ({ id }: { id: number }) => ({ id: orders[id]?.runId }),
          workflow: ({ id }: { id: number }) => ({ id: orders[id]?.workflowId }),
          application: ({ id }: { id: number }) => ({ slug: orders[id]?.slug }),
        },
        Workflow: { owner: ({ id }: { id: string }) => `the owner of ${id}` },
        Application: { price: () => 9.5 },
      },
    },
  ]);
  return startServer((request, response) => {
    void text(request).then(async (body) => {
      const { query, variables } = JSON.parse(body) as { query: string; variables?: Record<string, unknown> };
      const result = await graphql({ schema, source: query, variableValues: variables ?? {} });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(result));
    });
  });
}

/** What serves the supergraph with what the documentation has for it, on a port of its own. */
const SERVE = `
const { createServer } = await import('node:http');
const { createGatewayRuntime } = await import('@graphql-hive/gateway-runtime');
const runtime = createGatewayRuntime({ ...gatewayConfig, supergraph: process.env.SUPERGRAPH, logging: false });
const server = createServer(runtime);
server.listen(0, '127.0.0.1', () => console.log('listening', server.address().port, ''));
`;

/**
 * Hive Gateway in front of a gateway and of the second subgraph, as a process of its own.
 * @param config other than the documented one
 */
export async function startSupergraph(
  gateway: Gateway,
  orders: readonly Order[],
  config = documentedConfig(),
) {
  const supergraph = compose(
    { name: 'refold', sdl: await sdlOf(gateway), url: gateway.endpoint },
    { name: 'orders', sdl: ORDERS, url: await startOrders(orders) },
  );
  const program = runProgram(`${config}\n${SERVE}`, { SUPERGRAPH: supergraph });
  programs.push(program);
  await program.untilPrintedLike(/^listening \d+ $/m);
  const port = /^listening (\d+) $/m.exec(program.printed())?.[1] ?? '';
  const url = `http://127.0.0.1:${port}`;
  return { url, query: queryAt(`${url}/graphql`), printed: () => program.printed() };
}

/** The configuration that the documentation has, without what only a file of its own needs. */
export function documentedConfig(): string {
  const [block = ''] = blocksIn('ts', 'docs/federation.md');
  return block
    .replace(/^import .*;\n/m, 'const defineConfig = (config) => config;\n')
    .replace('export const', 'const');
}
