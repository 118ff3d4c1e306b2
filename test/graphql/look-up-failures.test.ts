import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { DEMO, DEMO_SESSION, startStill, stopAll } from '../support/gateway.ts';
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
import { FAILED } from '../support/sandbox.ts';
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

  test('has the rest refused on its path', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const { data, errors, status } = await gateway.query<Detailed>(DETAILS, { size: 1 }, DEMO_SESSION);
    expect(status).toBe(200);
    expect(failures(errors)).toEqual([
      'executions.nodes.0.application.description: UNAUTHENTICATED',
      'executions.nodes.0.workflow.application: UNAUTHENTICATED',
      'executions.nodes.0.workflow.description: UNAUTHENTICATED',
    ]);
    expect(data.executions.nodes[0]).toMatchObject({
      id: FAILED,
      workflow: { name: 'Post message to a channel', description: null, application: null },
      application: { name: 'Slack', description: null },
    });
  });

  test('has it FORBIDDEN where upstream says so', async () => {
    const gateway = await startStill();
    for (const route of ['/workflow', '/workflow/{id}', '/application']) {
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

  test('has single look-ups null and UNAUTHENTICATED', async () => {
    const gateway = await startStill({ sandbox: { sessionLookups: false } });
    const { data, errors } = await gateway.query<unknown>(
      '{ workflow(id: "64f7258e35b72267edc02589") { id } application(slug: "slack") { id } workflows { totalCount } }',
      {},
      DEMO_SESSION,
    );
    expect(data).toEqual({ workflow: null, application: null, workflows: { totalCount: 40 } });
    expect(failures(errors)).toEqual(['application: UNAUTHENTICATED', 'workflow: UNAUTHENTICATED']);
  });
});
