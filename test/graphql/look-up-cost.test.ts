import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, type ListBody, type Row } from '../support/sandbox.ts';
import { OTHER, startStill, stopAll } from '../support/gateway.ts';
import {
  APPLICATION_FIELDS,
  applicationOf,
  applicationRows,
  asked,
  calls,
  DESCRIPTIONS,
  EMBEDDED,
  WORKFLOW_FIELDS,
  workflowOf,
  workflowRows,
  type Executions,
  type Fields,
} from '../support/look-ups.ts';

afterEach(stopAll);

/** Every field that there is below a list of executions. */
const EVERYTHING = `query ($page: PageInput, $filter: ExecutionFilter) {
  executions(page: $page, filter: $filter) { nodes {
    id
    workflow { ${WORKFLOW_FIELDS} application { ${APPLICATION_FIELDS} } }
    application { ${APPLICATION_FIELDS} }
  } }
}`;

describe('look-ups by alias', () => {
  const ONE = '64f7258e35b72267edc02589';

  test('of one workflow cost one call', async () => {
    const gateway = await startStill();
    const { data, errors } = await gateway.query<unknown>(
      `{ a: workflow(id: "${ONE}") { id name } b: workflow(id: "${ONE}") { id slug } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ a: { id: ONE }, b: { id: ONE } });
    expect(asked(gateway)).toEqual([`/workflow/${ONE}`]);
  });

  test('of many workflows cost one call', async () => {
    const gateway = await startStill();
    // More of them could cost more than an operation may.
    const rows = (await workflowRows(gateway)).slice(0, 23);
    const before = calls(gateway);
    const fields = rows.map(({ _id }, nth) => `w${String(nth)}: workflow(id: "${_id}") { id description }`);
    const { data, errors } = await gateway.query<Record<string, Fields>>(`{ ${fields.join(' ')} }`);
    expect(errors).toEqual([]);
    expect(Object.values(data)).toEqual(
      rows.map(({ _id, description }: Fields) => ({ id: _id, description })),
    );
    expect(calls(gateway) - before).toBe(1);
  });

  test.each([
    ['one application', ['slack', 'slack'], [], '/application/slack'],
    ['several', ['slack', 'hubspot'], [], '/application'],
    ['one beside the list', ['slack'], ['applications { id }'], '/application'],
    ['what is not there', ['slack', 'nothing'], [], '/application'],
    ['what cannot be a slug', ['slack', '..'], [], '/application/slack'],
  ])('of %s cost one call', async (_what, slugs, others, path) => {
    const gateway = await startStill();
    const fields = slugs.map((slug, nth) => `a${String(nth)}: application(slug: "${slug}") { slug name }`);
    const { data, errors } = await gateway.query<Record<string, Fields | null>>(
      `{ ${[...fields, ...others].join(' ')} }`,
    );
    const wrong: Record<string, string> = { nothing: 'NOT_FOUND', '..': 'BAD_USER_INPUT' };
    expect(slugs.map((_, nth) => data[`a${String(nth)}`]?.['slug'] ?? null)).toEqual(
      slugs.map((slug) => (slug in wrong ? null : slug)),
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(
      slugs.flatMap((slug) => wrong[slug] ?? []),
    );
    expect(asked(gateway)).toEqual([path]);
  });

  test('of several applications do without a list that is refused', async () => {
    const gateway = await startStill();
    gateway.sandbox.addFault({ match: { route: 'GET /application' }, status: 403 });
    const { data, errors } = await gateway.query<unknown>(
      '{ a: application(slug: "slack") { slug } b: application(slug: "hubspot") { slug } }',
    );
    expect([errors, data]).toEqual([[], { a: { slug: 'slack' }, b: { slug: 'hubspot' } }]);
  });
});

describe('what a list of executions costs', () => {
  test('embedded fields alone, 10 rows: 1 call', async () => {
    const gateway = await startStill();
    const { data, errors, extensions } = await gateway.query<Executions>(EMBEDDED);
    expect(errors).toEqual([]);
    expect(new Set(data.executions.nodes.map(({ workflow }) => workflow?.id)).size).toBe(10);
    expect(gateway.sandbox.stats().requests).toEqual({ 'GET /execution': { '200': 1 } });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('every field, 10 rows with 10 workflows: 3 calls, and upstream’s values', async () => {
    const gateway = await startStill();
    const { data, errors, extensions } = await gateway.query<Executions>(EVERYTHING);
    expect(errors).toEqual([]);
    expect(gateway.sandbox.stats().requests).toEqual({
      'GET /execution': { '200': 1 },
      'GET /workflow': { '200': 1 },
      'GET /application': { '200': 1 },
    });
    expect(extensions.upstream.calls).toBe(3);
    expect(asked(gateway).slice(0, 2)).toEqual([
      '/execution?page=1&limit=10',
      expect.stringMatching(/^\/(workflow|application)/),
    ]);
    expect(asked(gateway)).toContain('/workflow?page=1&limit=100');
    const { nodes } = data.executions;
    expect(new Set(nodes.map(({ workflow }) => workflow?.id)).size).toBe(10);
    const workflows = new Map((await workflowRows(gateway)).map((row) => [row._id, row]));
    const applications = new Map(
      (await applicationRows(gateway)).map((row) => [row['app_id'], applicationOf(row)]),
    );
    const { body } = await ask<ListBody>(gateway.sandbox, '/execution');
    expect(nodes).toEqual(
      body.docs.map((row) => {
        const workflow = workflows.get((row['associated_workflow'] as Row)._id) ?? row;
        const application = applications.get((row['associated_application'] as Row)._id);
        return {
          id: row._id,
          workflow: {
            ...workflowOf(workflow),
            application: applications.get(workflow['associated_application']),
          },
          application,
        };
      }),
    );
  });

  test('every field, 100 rows with 40 public and 3 private workflows: 4 calls', async () => {
    const gateway = await startStill();
    for (const { _id } of await workflowRows(gateway, 'private')) {
      gateway.sandbox.addExecutions({ account: 'demo@example.com', workflowId: _id });
    }
    const before = calls(gateway);
    const { data, errors, extensions } = await gateway.query<Executions>(EVERYTHING, { page: { size: 100 } });
    expect(errors).toEqual([]);
    expect(new Set(data.executions.nodes.map(({ workflow }) => workflow?.id)).size).toBe(43);
    expect([calls(gateway) - before, extensions.upstream.calls]).toEqual([4, 4]);
    expect(asked(gateway)).toEqual(
      expect.arrayContaining([
        '/workflow?page=1&limit=100',
        '/workflow?page=1&limit=100&scope=private',
        '/application',
      ]),
    );
  });

  test('every field, 100 rows with public workflows alone: 3 calls', async () => {
    const gateway = await startStill();
    const { errors } = await gateway.query(EVERYTHING, { page: { size: 100 } });
    expect([errors, calls(gateway)]).toEqual([[], 3]);
  });

  test('every application field of 100 rows: 2 calls', async () => {
    const gateway = await startStill();
    const { errors } = await gateway.query(
      `{ executions(page: { size: 100 }) { nodes { application { ${APPLICATION_FIELDS} } } } }`,
    );
    expect(errors).toEqual([]);
    expect(asked(gateway)).toEqual(['/execution?page=1&limit=100', '/application']);
  });

  test('a list of workflows with every application field: 2 calls', async () => {
    const gateway = await startStill();
    const { errors } = await gateway.query(
      `{ workflows(page: { size: 40 }) { nodes { ${WORKFLOW_FIELDS} application { ${APPLICATION_FIELDS} } } } }`,
    );
    expect(errors).toEqual([]);
    expect(asked(gateway)).toEqual(['/workflow?page=1&limit=40', '/application']);
  });

  test('aliases share what is looked up', async () => {
    const gateway = await startStill();
    const { data, errors } = await gateway.query<Record<'one' | 'two', Executions['executions']>>(`{
      one: executions { nodes { workflow { description d: description } again: workflow { slug application { slug } } } }
      two: executions(page: { number: 2 }) { nodes { workflow { description } application { description a: description } } }
      applications { id }
      more: applications { slug }
    }`);
    expect(errors).toEqual([]);
    expect(data.one.nodes.length + data.two.nodes.length).toBe(20);
    expect(gateway.sandbox.stats().requests).toMatchObject({
      'GET /execution': { '200': 2 },
      'GET /application': { '200': 1 },
    });
    expect(calls(gateway)).toBeLessThanOrEqual(5);
  });

  test('aliases within one list cost no more than the field alone', async () => {
    const gateway = await startStill();
    await gateway.query(`{ executions { nodes {
      a: workflow { description slug v: version version }
      b: workflow { description published application { description tags } }
      c: application { tags t: tags }
    } } }`);
    expect(calls(gateway)).toBe(3);
  });

  test('nothing is remembered for the next request', async () => {
    const gateway = await startStill();
    await gateway.query(DESCRIPTIONS);
    await gateway.query(DESCRIPTIONS, {}, OTHER);
    expect(asked(gateway).filter((path) => path.startsWith('/workflow'))).toEqual([
      '/workflow?page=1&limit=100',
      '/workflow?page=1&limit=100',
    ]);
    expect(gateway.sandbox.requests().map(({ headers }) => headers['linked_account_id'])).toEqual([
      'demo@example.com',
      'demo@example.com',
      'other@example.com',
      'other@example.com',
    ]);
  });
});
