import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { Report, type IReport } from '@apollo/usage-reporting-protobuf';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createWatchers } from '../support/eventually.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import {
  DEMO,
  OTHER,
  startGateway,
  startServer,
  stopAll,
  type Gateway,
  type Setup,
} from '../support/gateway.ts';
import { closeStreams, openEvents } from '../support/live-streams.ts';
import { post } from '../support/http.ts';
import { FAILED } from '../support/sandbox.ts';
import { rememberingFor } from '../support/settings.ts';

beforeEach(() => {
  // The schema is reported at once.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  closeStreams();
  await stopAll();
  jest.restoreAllMocks();
});

const KEY = 'service:runs:canary-key';
const REF = 'runs@production';

/** What stands in for Apollo. */
async function startApollo() {
  const watchers = createWatchers();
  const apollo = {
    status: 200,
    /** Answers nothing. */
    isSilent: false,
    usage: [] as IReport[],
    schema: [] as { report: Record<string, unknown>; coreSchema: string | null }[],
    /** All that came, as text. */
    bodies: [] as string[],
    headers: [] as Record<string, unknown>[],
    until: (what: string, condition: () => boolean) => watchers.until(what, condition),
    url: '',
  };
  apollo.url = await startServer((request, response) => {
    void buffer(request).then((body) => {
      const isUsage = request.url === '/usage/api/ingress/traces';
      const plain = isUsage ? gunzipSync(body) : body;
      apollo.bodies.push(plain.toString('latin1'));
      apollo.headers.push(request.headers);
      if (isUsage) apollo.usage.push(Report.decode(plain).toJSON());
      else apollo.schema.push((JSON.parse(plain.toString()) as { variables: never }).variables);
      watchers.notify();
      if (apollo.isSilent) return;
      response.writeHead(apollo.status, { 'content-type': 'application/json' });
      const asksForSchema = apollo.schema.length === 1;
      const told = {
        __typename: 'ReportSchemaResponse',
        inSeconds: asksForSchema ? 0 : 3600,
        withCoreSchema: asksForSchema,
      };
      response.end(JSON.stringify(isUsage ? {} : { data: { reportSchema: told } }));
    });
  });
  return apollo;
}

type Apollo = Awaited<ReturnType<typeof startApollo>>;

function startReporting(apollo: Apollo, { env, ...setup }: Setup = {}) {
  return startGateway({
    ...setup,
    env: {
      APOLLO_KEY: KEY,
      APOLLO_GRAPH_REF: REF,
      APOLLO_USAGE_URL: `${apollo.url}/usage`,
      APOLLO_SCHEMA_URL: `${apollo.url}/schema`,
      ...env,
    },
  });
}

/** The statistics of a report, by the operation's first line: each with the client and how many there were. */
function statsIn(reports: readonly IReport[]) {
  return reports.flatMap(({ tracesPerQuery }) =>
    Object.entries(tracesPerQuery ?? {}).flatMap(([key, { statsWithContext, trace }]) =>
      (statsWithContext as { context: object; queryLatencyStats: object }[]).map(
        ({ context, queryLatencyStats }) => ({
          key,
          traces: trace?.length ?? 0,
          ...context,
          ...queryLatencyStats,
        }),
      ),
    ),
  );
}

async function stopped(gateway: Gateway, apollo: Apollo) {
  await gateway.app.stop();
  return statsIn(apollo.usage);
}

describe('what is reported', () => {
  test('is how often each operation was asked and by whom, once the gateway stops at the latest', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo, { env: { APOLLO_SCHEMA_REPORTING: 'false' } });
    const client = { 'apollographql-client-name': 'run-history', 'apollographql-client-version': '1.2.3' };
    await gateway.query('query Runs { executions { nodes { id } } }', {}, { ...DEMO, ...client });
    await gateway.query('query Runs { executions { nodes { id } } }', {}, { ...DEMO, ...client });
    await gateway.query('query Runs { executions { nodes { id } } }');
    await gateway.query('{ nothing }');
    await gateway.query('{');
    const stats = await stopped(gateway, apollo);

    expect(stats).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          key: '# Runs\nquery Runs{executions{nodes{id}}}',
          clientName: 'run-history',
          clientVersion: '1.2.3',
          requestCount: '2',
        }),
        expect.objectContaining({ key: '# Runs\nquery Runs{executions{nodes{id}}}', requestCount: '1' }),
        expect.objectContaining({ key: '## GraphQLValidationFailure\n', requestCount: '1' }),
        expect.objectContaining({ key: '## GraphQLParseFailure\n', requestCount: '1' }),
      ]),
    );
    expect(stats.map(({ traces }) => traces)).toEqual(stats.map(() => 0));
    expect(apollo.usage.map(({ header }) => header?.graphRef)).toEqual([REF]);
    expect(apollo.headers.map((headers) => headers['x-api-key'])).toEqual([KEY]);
  });

  test('has nobody’s data', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo);
    gateway.sandbox.addFault({
      match: { route: 'GET /workflow/{workflow_id}' },
      status: 500,
      body: { message: 'canary-upstream' },
      times: 2,
    });
    const headers = {
      ...DEMO,
      cookie: 'session=canary-cookie',
      'x-request-id': 'canary-request',
      'user-agent': 'canary-agent',
    };
    const { errors } = await gateway.query(
      `query Detail($id: ID!) {
        canaryAlias: execution(id: $id) { nodes { name input output(maxBytes: 4242) } }
        executions(filter: { workflowName: "canary-literal" }) { nodes { id } }
        failing: workflow(id: "canary-id") { name }
      }`,
      { id: FAILED },
      headers,
    );
    expect(errors).not.toEqual([]);
    await gateway.query(
      'query ($x: ID!) { execution(id: $x) { nothing } } # canary-text',
      { x: 'canary-value' },
      headers,
    );
    await post(
      gateway.endpoint,
      JSON.stringify({ query: '{ executions(filter: { status: "canary-status" }) { nodes { id } } }' }),
      {
        'content-type': 'application/json',
        authorization: 'Bearer canary-token',
      },
    );
    await apollo.until('the schema', () => apollo.schema.some(({ coreSchema }) => coreSchema !== null));
    const stats = await stopped(gateway, apollo);

    expect(stats.some(({ key }) => key.startsWith('# Detail'))).toBe(true);
    const all = apollo.bodies.join('\n');
    const secrets = [
      ...['canary', 'tk_demo', 'demo@example.com', FAILED, '4242', 'session-demo'],
      ...[new URL(gateway.sandbox.url).host, new URL(gateway.url).host],
    ];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(apollo.headers.filter((sent) => JSON.stringify(sent).includes('tk_demo'))).toEqual([]);
    expect(all).not.toContain(KEY);
  });

  test('has what failed by its path, without a message', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo, { env: { APOLLO_SCHEMA_REPORTING: 'false' } });
    await gateway.query('query Missing { workflow(id: "x") { name } application(slug: "..") { name } }');
    await stopped(gateway, apollo);

    const text = JSON.stringify(apollo.usage);
    expect(text).toContain('"rootErrorStats":{"children":{');
    expect(text).toContain('"application":{"errorsCount":"1","requestsWithErrorsCount":"1"}');
    expect(text).not.toMatch(/There is no such|may only have|NOT_FOUND|BAD_USER_INPUT/);
  });

  test('counts answers that are remembered, and those that are shared, as cache hits', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo, {
      env: { ...rememberingFor(60_000), APOLLO_SCHEMA_REPORTING: 'false' },
    });
    const client = { 'graphql-client-name': 'second' };
    for (let time = 0; time < 5; time++) {
      await gateway.query(
        'query Runs { executions { nodes { id } } }',
        {},
        { ...DEMO, ...(time > 2 && client) },
      );
    }
    await gateway.query('query Runs { executions { nodes { id } } }', {}, OTHER);
    const stats = await stopped(gateway, apollo);

    // Of DEMO's five answers three are remembered as a whole: the last two to the other client.
    expect(stats).toEqual([
      expect.objectContaining({ clientName: '', requestCount: '4', cacheHits: '1' }),
      expect.objectContaining({ clientName: 'second', requestCount: '2', cacheHits: '2' }),
    ]);
  });

  test('counts a subscription once, whatever it tells', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo, {
      env: { APOLLO_SCHEMA_REPORTING: 'false', LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' },
    });
    const query = 'subscription Watched { executionsChanged { changes { kind } } }';
    const stream = await openEvents(gateway.url, { query });
    expect(await stream.next()).toMatchObject({ event: 'next' });
    for (let time = 0; time < 2; time++) {
      gateway.sandbox.addExecutions({
        account: 'demo@example.com',
        durationMs: 3_600_000,
        endStatus: 'ERRORED',
      });
      expect(await stream.next()).toMatchObject({ event: 'next' });
    }
    stream.leave();
    const stats = await stopped(gateway, apollo);

    expect(stats.filter(({ key }) => key.startsWith('# Watched'))).toEqual([
      expect.objectContaining({ requestCount: '1' }),
    ]);
  });

  test('is the schema, where that is not turned off', async () => {
    const apollo = await startApollo();
    const gateway = await startReporting(apollo);
    await apollo.until('the schema', () => apollo.schema.length === 2);
    expect(apollo.schema[0]).toMatchObject({ report: { graphRef: REF }, coreSchema: null });
    expect(apollo.schema[1]?.coreSchema).toContain('scalar DateTime @specifiedBy');
    expect(await stopped(gateway, apollo)).toEqual([]);
  });
});

describe('where Apollo', () => {
  test('says no, everybody is served, and the log says so once for each report', async () => {
    const apollo = await startApollo();
    apollo.status = 401;
    const gateway = await startReporting(apollo);
    const { errors } = await gateway.query('{ executions { nodes { id } } }');
    expect(errors).toEqual([]);
    await apollo.until('a report', () => apollo.schema.length === 1);
    await gateway.app.stop();
    const lines = gateway.logs
      .filter((line) => line.includes('Apollo'))
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual([
      expect.objectContaining({
        level: 40,
        msg: 'a report for Apollo Studio did not arrive',
        cause: 'status 401',
      }),
      expect.objectContaining({
        level: 40,
        msg: 'a report for Apollo Studio did not arrive',
        cause: 'status 401',
      }),
    ]);
    expect(gateway.logs.join('')).not.toMatch(/canary-key|http:\/\/[^"]*usage/);
  });

  test('does not answer, the gateway serves and stops all the same', async () => {
    const apollo = await startApollo();
    apollo.isSilent = true;
    const clock = createFakeClock();
    const gateway = await startReporting(apollo, { clock });
    expect((await gateway.query('{ __typename }')).data).toEqual({ __typename: 'Query' });
    await apollo.until('the report of the schema', () => apollo.schema.length === 1);
    const stop = gateway.app.stop();
    await apollo.until('the last report', () => apollo.usage.length === 1);
    clock.advance(1000);
    await stop;
    expect(gateway.logs.at(-1)).toContain('"stopped"');
  });
});

test('as a subgraph nothing is reported, and the log says why', async () => {
  const apollo = await startApollo();
  const gateway = await startReporting(apollo, { env: { FEDERATION: 'true' } });
  await gateway.query('{ executions { nodes { id } } }');
  await gateway.app.stop();
  expect([apollo.usage, apollo.schema]).toEqual([[], []]);
  expect(gateway.logs.join('')).toContain('APOLLO_KEY is set, and nothing is reported');
});

test('what the environment has for Apollo Server is not read', async () => {
  const apollo = await startApollo();
  const env = {
    APOLLO_KEY: KEY,
    APOLLO_GRAPH_REF: REF,
    APOLLO_GRAPH_ID: 'other',
    APOLLO_SCHEMA_REPORTING: 'true',
  };
  const before = { ...process.env };
  Object.assign(process.env, env);
  try {
    const gateway = await startGateway();
    expect((await gateway.query('{ __typename }')).errors).toEqual([]);
    const reporting = await startReporting(apollo, { env: { APOLLO_SCHEMA_REPORTING: 'false' } });
    expect((await reporting.query('{ __typename }')).errors).toEqual([]);
    await reporting.app.stop();
    await gateway.app.stop();
    expect(gateway.logs.filter((line) => line.includes('Apollo'))).toEqual([]);
  } finally {
    for (const name of Object.keys(env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
  expect(apollo.usage).toHaveLength(1);
});
