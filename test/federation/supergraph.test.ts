import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO, OTHER, OTHER_SESSION, startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';
import {
  APPLICATION_FIELDS,
  applicationRows,
  asked,
  workflowRows,
  WORKFLOW_FIELDS,
} from '../support/look-ups.ts';
import { FAILED } from '../support/sandbox.ts';
import {
  compose,
  documentedConfig,
  sdlOf,
  startSupergraph,
  stopFronts,
  type Order,
} from '../support/supergraph.ts';

const SIZE = 10;

let gateway: Gateway;
let orders: Order[];
let front: Awaited<ReturnType<typeof startSupergraph>>;

beforeAll(async () => {
  gateway = await startStill({ env: { FEDERATION: 'true', LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' } });
  orders = await ordersOf(gateway);
  front = await startSupergraph(gateway, orders);
});

afterAll(async () => {
  closeStreams();
  await stopFronts();
  await stopAll();
});

/** Orders of what there is: each of another run, another workflow and another application. */
async function ordersOf({ query }: Gateway): Promise<Order[]> {
  const { data } = await query<{ executions: { nodes: { id: string }[] } }>(
    `{ executions(page: { size: ${String(SIZE)} }) { nodes { id } } }`,
  );
  const workflows = await workflowRows(gateway);
  const applications = await applicationRows(gateway);
  return data.executions.nodes.map(({ id }, nth) => ({
    runId: id,
    workflowId: workflows[nth]?._id ?? '',
    slug: String(applications[nth]?.['slug']),
  }));
}

/** What is answered, and what upstream was asked for it. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the tests say what they expect of it
async function askFront<Data>(text: string, headers: Record<string, string> = DEMO) {
  const before = asked(gateway).length;
  const { data, errors } = await front.query<Data>(text, {}, headers);
  return {
    data,
    errors,
    paths: asked(gateway)
      .slice(before)
      .map((path) => path.replace(/\/[0-9a-f]{24}$/, '/id')),
  };
}

interface Listed {
  readonly executions: {
    readonly nodes: readonly {
      readonly id: string;
      readonly workflow: { readonly owner?: string; readonly id: string };
    }[];
  };
}

const EVERYTHING = `
  workflow { ${WORKFLOW_FIELDS} application { ${APPLICATION_FIELDS} } } application { ${APPLICATION_FIELDS} }`;

describe('through a gateway in front', () => {
  test('ten runs with every field of their workflows and applications take three calls', async () => {
    const { data, errors, paths } = await askFront<Listed>(`{ executions { nodes { id ${EVERYTHING} } } }`);
    expect(errors).toEqual([]);
    expect(data.executions.nodes.map(({ id }) => id)).toEqual(orders.map(({ runId }) => runId));
    expect(paths.sort()).toEqual([
      '/application',
      '/execution?page=1&limit=10',
      '/workflow?page=1&limit=100',
    ]);
  });

  test('workflows with what another subgraph knows of them take one', async () => {
    const { data, errors, paths } = await askFront<{ workflows: { nodes: { id: string; owner: string }[] } }>(
      '{ workflows(first: 10) { nodes { id name description owner } } }',
    );
    expect(errors).toEqual([]);
    expect(data.workflows.nodes.map(({ owner }) => owner)).toEqual(
      data.workflows.nodes.map(({ id }) => `the owner of ${id}`),
    );
    expect(paths).toEqual(['/workflow?page=1&limit=10']);
  });

  // Its planner asks for a run once more before it asks another subgraph for what belongs to something of that run.
  test('the same below runs takes one for each run besides', async () => {
    const { data, errors, paths } = await askFront<Listed>(
      '{ executions { nodes { id workflow { id description owner } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.executions.nodes.map(({ workflow: { owner } }) => owner)).toEqual(
      data.executions.nodes.map(({ workflow: { id } }) => `the owner of ${id}`),
    );
    expect(paths.sort()).toEqual([
      ...Array.from({ length: SIZE }, () => '/execution/id'),
      '/execution?page=1&limit=10',
      '/workflow?page=1&limit=100',
    ]);
  });

  test('what other subgraphs refer to is looked up at once: workflows by their list, a run by itself', async () => {
    const { data, errors, paths } = await askFront<{ orders: Record<string, Record<string, unknown>>[] }>(
      `{ orders(count: ${String(SIZE)}) { run { id status } workflow { id description } application { slug name price } } }`,
    );
    expect(errors).toEqual([]);
    expect(
      data.orders.map(({ run, workflow, application }) => [
        run?.['id'],
        workflow?.['id'],
        application?.['slug'],
      ]),
    ).toEqual(orders.map(({ runId, workflowId, slug }) => [runId, workflowId, slug]));
    expect(data.orders[0]).toMatchObject({ run: { status: 'ERRORED' }, application: { price: 9.5 } });
    expect(paths.sort()).toEqual([
      '/application',
      ...Array.from({ length: SIZE }, () => '/execution/id'),
      '/workflow?page=1&limit=100',
    ]);
  });

  test('a change is made once, and errors keep their codes', async () => {
    const stopped = await askFront<unknown>(
      `mutation { stopExecution(id: "${FAILED}") { userErrors { code } } }`,
    );
    expect(stopped.data).toEqual({ stopExecution: { userErrors: [{ code: 'NOT_ALLOWED' }] } });
    const missing = await askFront<unknown>('{ workflow(id: "0123456789abcdef01234567") { name } }');
    expect(missing.errors.map(({ extensions, path }) => [path, extensions.code])).toEqual([
      [['workflow'], 'NOT_FOUND'],
    ]);
    expect(JSON.stringify(missing.errors)).not.toContain('http');
  });

  test('a subscription is told on, with what another subgraph knows', async () => {
    const stream = await openEvents(front.url, {
      query: `subscription { executionsChanged(filter: { status: [RUNNING] }) {
        changes { kind execution { id workflow { id } } }
      } }`,
      path: '/graphql',
    });
    expect(await stream.next()).toMatchObject({
      data: { data: { executionsChanged: { changes: expect.any(Array) } } },
    });
    const [id] = gateway.sandbox.addExecutions({
      account: 'demo@example.com',
      durationMs: 3_600_000,
      endStatus: 'ERRORED',
    });
    expect(await stream.next()).toMatchObject({
      data: { data: { executionsChanged: { changes: [{ kind: 'CREATED', execution: { id } }] } } },
    });
    stream.leave();
  });
});

describe('identities never mix', () => {
  const RUNS = '{ executions { nodes { id } } orders(count: 3) { run { isChild status } } }';

  interface Runs {
    readonly executions: { readonly nodes: readonly { readonly id: string }[] } | null;
    readonly orders: readonly { readonly run: { readonly status: string } | null }[];
  }

  test('where the same is asked by several at once', async () => {
    const ways = [DEMO, OTHER, OTHER_SESSION, DEMO, OTHER, {}, OTHER_SESSION, DEMO];
    const alone = new Map<object, Runs>();
    for (const way of ways) alone.set(way, (await front.query<Runs>(RUNS, {}, way)).data);
    const idsOf = (way: object) => alone.get(way)?.executions?.nodes.map(({ id }) => id);
    expect(idsOf(OTHER)).toEqual(idsOf(OTHER_SESSION));
    expect(idsOf(DEMO)?.filter((id) => idsOf(OTHER)?.includes(id))).toEqual([]);
    expect(alone.get(DEMO)?.orders.map(({ run }) => run?.status)).toEqual([
      'ERRORED',
      expect.any(String),
      expect.any(String),
    ]);
    expect(alone.get(OTHER)?.orders.map(({ run }) => run)).toEqual([null, null, null]);

    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(ways.map((way) => front.query<Runs>(RUNS, {}, way)));
      expect(answers.map(({ data }) => data)).toEqual(ways.map((way) => alone.get(way)));
    }
  });

  /** It signs in after the gateway in front has looked whether the same is under way. */
  const LATE = `
    delete gatewayConfig.propagateHeaders;
    gatewayConfig.plugins = () => [{
      onFetch({ options, setOptions, executionRequest }) {
        const sent = executionRequest?.context?.request?.headers;
        const account = sent?.get('linked_account_id');
        if (account) setOptions({ ...options, headers: { ...options.headers, 'x-api-key': sent.get('x-api-key'), linked_account_id: account } });
      },
    }];`;

  test('not even where a plugin of the gateway in front signs in', async () => {
    const late = await startSupergraph(gateway, [], `${documentedConfig()}${LATE}`);
    const ask = async (way: Record<string, string>) =>
      (await late.query<Runs>('{ executions { nodes { id } } }', {}, way)).data.executions?.nodes;
    const alone = [await ask(DEMO), await ask(OTHER)];
    expect(alone.map((nodes) => nodes?.length)).toEqual([SIZE, SIZE]);
    for (let round = 0; round < 5; round++) expect(await Promise.all([ask(DEMO), ask(OTHER)])).toEqual(alone);
  });

  test('and who does not sign in is told so', async () => {
    const { data, errors, paths } = await askFront<Runs>(RUNS, {});
    expect(data.executions).toBeNull();
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(paths).toEqual([]);
  });
});

describe('a schema of another subgraph', () => {
  const LINK =
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.4", import: ["@key", "@shareable"])';
  const usersWith = (pageInfo: string) => `${LINK}
    type Query { users: Users }
    type Users { pageInfo: PageInfo! }
    type PageInfo @shareable ${pageInfo}`;

  test('may have the same page information', async () => {
    const sdl = await sdlOf(gateway);
    const same = /type PageInfo @shareable (\{.*?\n\})/s.exec(sdl)?.[1] ?? '';
    expect(compose({ name: 'refold', sdl }, { name: 'users', sdl: usersWith(same) })).toContain(
      'join__Graph',
    );
  });

  test('may not have less of it', async () => {
    const sdl = await sdlOf(gateway);
    const less = usersWith('{ hasNextPage: Boolean! endCursor: String }');
    expect(() => compose({ name: 'refold', sdl }, { name: 'users', sdl: less })).toThrow(/pageInfo/);
  });
});
