import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { DEMO, DEMO_SESSION, OTHER_SESSION, startStill, stopAll } from '../support/gateway.ts';
import {
  asked,
  calls,
  DESCRIPTIONS,
  EMBEDDED,
  failures,
  kindOf,
  workflowRows,
  type Executions,
  type Fields,
} from '../support/look-ups.ts';
import { STILL_CLOCK } from '../support/fake-clock.ts';

afterEach(stopAll);

const DETAILS = `query ($size: Int!) { executions(page: { size: $size }) { totalCount nodes {
  id workflow { id name description application { id } } application { id name description }
} } }`;

interface Detailed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly workflow: Fields; readonly application: Fields }[];
  };
}

describe('a look-up that fails', () => {
  test('nulls its field in each row, and nothing else', async () => {
    const gateway = await startStill();
    gateway.sandbox.addFault({ match: { route: 'GET /workflow' }, status: 403, times: 9 });
    gateway.sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 403, times: 9 });
    const { data, errors, status } = await gateway.query<Detailed>(DETAILS, { size: 3 });
    expect(status).toBe(200);
    expect(failures(errors)).toEqual(
      [0, 1, 2].flatMap((row) => [
        `executions.nodes.${String(row)}.workflow.application: FORBIDDEN`,
        `executions.nodes.${String(row)}.workflow.description: FORBIDDEN`,
      ]),
    );
    const text = expect.stringMatching(/./);
    expect(data.executions).toEqual({
      totalCount: 250,
      nodes: [0, 1, 2].map(() => ({
        id: text,
        workflow: { id: text, name: text, description: null, application: null },
        application: { id: text, name: text, description: text },
      })),
    });
  });

  test('of one workflow leaves the others', async () => {
    const gateway = await startStill();
    const [own] = await workflowRows(gateway, 'private');
    gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId: String(own?._id) });
    gateway.sandbox.addFault({ match: { route: 'GET /workflow/{id}' }, status: 404 });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 2 });
    expect(failures(errors)).toEqual([
      'executions.nodes.0.workflow.application: NOT_FOUND',
      'executions.nodes.0.workflow.description: NOT_FOUND',
    ]);
    expect(data.executions.nodes.map(({ workflow }) => workflow)).toEqual([
      { id: own?._id, name: own?.['name'], description: null, application: null },
      {
        id: '64f7258e35b72267edc02589',
        name: 'Post message to a channel',
        description: expect.stringContaining('Slack'),
        application: { id: expect.any(String) },
      },
    ]);
  });

  /** Descriptions of runs of 4 public workflows on two pages and of 3 private ones, and what their look-up cost. */
  async function describeBoth(fault: Fault) {
    const gateway = await startStill({ env: { MAX_PAGE_SIZE: '20' } });
    const rows = [...(await workflowRows(gateway)), ...(await workflowRows(gateway, 'private'))];
    const ids = [0, 1, 2, 25, 40, 41, 42].map((place) => String(rows[place]?._id));
    for (const workflowId of ids) {
      gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId });
    }
    const before = gateway.sandbox.requests().length;
    gateway.sandbox.addFault({ ...fault, times: 9 });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS, { page: { size: 7 } });
    const described = new Map(
      data.executions.nodes.map(({ workflow }) => [workflow?.id, workflow?.['description']]),
    );
    return {
      areThere: ids.map((id) => typeof described.get(id) === 'string'),
      codes: [...new Set(errors.map(({ extensions }) => extensions.code))],
      paths: asked(gateway)
        .slice(before + 1)
        .map(kindOf),
    };
  }

  const SECOND_PAGE = { route: 'GET /workflow', query: { page: '2' } };
  const PRIVATE = { route: 'GET /workflow', query: { scope: 'private' } };

  test.each([403, 401, 501])(
    'because a list is refused with %i is made up for one by one',
    async (status) => {
      expect(await describeBoth({ match: PRIVATE, status })).toEqual({
        areThere: [true, true, true, true, true, true, true],
        codes: [],
        paths: ['public 1', 'public 2', 'private 1', 'one', 'one', 'one'],
      });
    },
  );

  test('because a page of a list cannot be read leaves what other pages held', async () => {
    expect(await describeBoth({ match: SECOND_PAGE, body: { not: 'a page' } })).toEqual({
      areThere: [true, true, true, false, false, false, false],
      codes: ['UPSTREAM_BAD_RESPONSE'],
      paths: ['public 1', 'public 2'],
    });
  });

  test('because one of several ids is no id leaves the others', async () => {
    const gateway = await startStill();
    const ids = ['../application', '64f7258e35b72267edc02589'];
    const docs = ids.map((id) => ({
      _id: `run-${id}`,
      associated_workflow: { _id: id, name: '', icon: '' },
    }));
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs, totalDocs: 2 } });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS);
    expect(failures(errors)).toEqual(['executions.nodes.0.workflow.description: BAD_USER_INPUT']);
    expect(data.executions.nodes[1]?.workflow).toEqual({
      id: ids[1],
      description: expect.stringContaining('Slack'),
    });
    expect(asked(gateway).slice(1).map(kindOf)).toEqual(['one']);
  });

  test('of applications leaves the workflows', async () => {
    const gateway = await startStill();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, body: { not: 'a list' } });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 2 });
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: UPSTREAM_BAD_RESPONSE',
      'executions.nodes.1.application.description: UPSTREAM_BAD_RESPONSE',
    ]);
    expect(data.executions.nodes.map(({ workflow }) => workflow['description'])).toEqual([
      expect.any(String),
      expect.any(String),
    ]);
  });

  test('because the application is not among those enabled is NOT_FOUND', async () => {
    const gateway = await startStill();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, body: [] });
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 1 });
    expect(failures(errors)).toEqual(['executions.nodes.0.application.description: NOT_FOUND']);
    expect(data.executions.nodes[0]?.application).toEqual({
      id: expect.any(String),
      name: 'Slack',
      description: null,
    });
  });

  test('because upstream embeds an id that is no id costs no call', async () => {
    const gateway = await startStill();
    const row = { _id: 'x', associated_workflow: { _id: '../application', name: 'Odd', icon: '' } };
    gateway.sandbox.addFault({ match: { route: 'GET /execution' }, body: { docs: [row], totalDocs: 1 } });
    const { data, errors } = await gateway.query<Executions>(DESCRIPTIONS);
    expect(failures(errors)).toEqual(['executions.nodes.0.workflow.description: BAD_USER_INPUT']);
    expect(data.executions.nodes[0]?.workflow).toEqual({ id: '../application', description: null });
    expect(calls(gateway)).toBe(1);
  });
});

describe('a session token for which upstream refuses look-ups', () => {
  test('has the embedded fields, for 1 call', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false }, clock: STILL_CLOCK });
    const answer = await gateway.query(EMBEDDED, {}, DEMO_SESSION);
    const allowed = await gateway.query(EMBEDDED, {}, DEMO);
    expect([answer.errors, answer.data]).toEqual([[], allowed.data]);
    expect(answer.extensions.upstream.calls).toBe(1);
  });

  test('has the rest by the lists, and by the path that is for it', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const answer = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    const allowed = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO);
    expect([answer.errors, answer.data]).toEqual([[], allowed.data]);
    expect(answer.extensions.upstream.calls).toBe(5);
    const again = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    // It is known by then where its applications are told.
    expect([again.data, again.extensions.upstream.calls]).toEqual([allowed.data, 4]);
  });

  test('has it FORBIDDEN where upstream says so', async () => {
    const gateway = await startStill();
    for (const route of ['/workflow', '/workflow/{id}', '/application', '/f-sdk/application']) {
      gateway.sandbox.addFault({ match: { route }, status: 403, times: 10 });
    }
    const { data, errors } = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: FORBIDDEN',
      'executions.nodes.0.workflow.application: FORBIDDEN',
      'executions.nodes.0.workflow.description: FORBIDDEN',
    ]);
    expect(data.executions.nodes[0]).toMatchObject({
      workflow: { name: 'Post message to a channel' },
      application: { name: 'Slack' },
    });
  });

  test('has single look-ups, too', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const text = `{
      workflow(id: "64f7258e35b72267edc02589") { id description } application(slug: "slack") { id }
      workflows { totalCount }
    }`;
    const answer = await gateway.query<unknown>(text, {}, DEMO_SESSION);
    expect(answer.errors).toEqual([]);
    expect(answer.data).toEqual((await gateway.query<unknown>(text, {}, DEMO)).data);
  });

  test('has what is in no list null and NOT_FOUND', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const text = '{ workflow(id: "000000000000000000000000") { id } applications { id } }';
    const known = await gateway.query<unknown>(text, {}, DEMO_SESSION);
    expect(failures(known.errors)).toEqual(['workflow: NOT_FOUND']);
    const slug = '{ application(slug: "no-such-app") { id } }';
    expect(failures((await gateway.query(slug, {}, DEMO_SESSION)).errors)).toEqual([
      'application: NOT_FOUND',
    ]);
  });

  test('is not signed out by a refusal: what is remembered for it stays', async () => {
    const gateway = await startStill({
      sandbox: { sessionLookups: false },
      env: { CACHE_LIST_MS: '60000', CACHE_APPLICATION_MS: '60000' },
    });
    await gateway.query(EMBEDDED, {}, DEMO_SESSION);
    const { errors } = await gateway.query('{ applications { id } }', {}, DEMO_SESSION);
    expect(errors).toEqual([]);
    const { extensions } = await gateway.query(EMBEDDED, {}, DEMO_SESSION);
    expect(extensions.upstream).toMatchObject({ calls: 0, cacheHits: 1 });
  });

  test('that is no good is UNAUTHENTICATED, whatever it asks for', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const bad = { authorization: 'Bearer session-nobody' };
    for (const text of [
      '{ applications { id } }',
      '{ application(slug: "slack") { id } }',
      '{ workflow(id: "w") { id } }',
    ]) {
      const { status, errors } = await gateway.query(text, {}, bad);
      expect([status, errors.map(({ extensions }) => extensions.code)]).toEqual([401, ['UNAUTHENTICATED']]);
    }
  });

  test('learns for itself where its applications are told', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const text = '{ applications { id } }';
    const calls = [];
    for (const headers of [DEMO_SESSION, DEMO_SESSION, OTHER_SESSION, DEMO_SESSION, DEMO]) {
      calls.push((await gateway.query(text, {}, headers)).extensions.upstream.calls);
    }
    expect(calls).toEqual([2, 1, 2, 1, 1]);
  });

  test('asks where others ask again once its own path refuses', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const text = '{ applications { id } }';
    await gateway.query(text, {}, DEMO_SESSION);
    gateway.sandbox.setOptions({ sessionLookups: true });
    gateway.sandbox.addFault({ match: { route: '/f-sdk/application' }, status: 403 });
    const { errors, extensions } = await gateway.query(text, {}, DEMO_SESSION);
    expect([errors, extensions.upstream.calls]).toEqual([[], 2]);
  });

  test('is told the refusal where upstream has no path for it', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    gateway.sandbox.addFault({ match: { route: '/f-sdk/application' }, status: 404 });
    const { errors, status } = await gateway.query('{ applications { id } }', {}, DEMO_SESSION);
    expect([status, failures(errors)]).toEqual([200, ['applications: FORBIDDEN']]);
  });
});
