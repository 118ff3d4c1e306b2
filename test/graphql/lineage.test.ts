import { afterEach, describe, expect, test } from '@jest/globals';
import { numbers } from '../support/numbers.ts';
import { LINKS, linksOf, NO_LINKS, rerun, RERUN_FOR_ID } from '../support/reruns.ts';
import { FAILED, list } from '../support/sandbox.ts';
import { DEMO, DEMO_SESSION, OTHER, startStill, stopAll, type Gateway } from '../support/gateway.ts';

const STATES = 'query ($id: ID!) { execution(id: $id) { rerunOf { status } reruns { id status } } }';
const FAILED_ROW = `{ executions(filter: { executionId: "${FAILED}" }) { nodes { id reruns { id status } } } }`;
/** Where upstream is asked for one run. */
const ROUTE = '/execution/{execution_id}';

interface Run {
  readonly id: string;
  readonly name: string;
  readonly isRerun: boolean;
}

interface Listed {
  readonly executions: {
    readonly nodes: readonly { readonly reruns?: readonly { readonly id: string }[] | null }[];
  };
}

/** Adds a run that has failed; its id. */
function failedRun({ sandbox }: Gateway): string {
  const [id = ''] = sandbox.addExecutions({ account: 'demo@example.com', status: 'ERRORED' });
  return id;
}

afterEach(stopAll);

describe('a rerun made here', () => {
  test('is linked to its original, both ways, and in lists', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = failedRun(gateway);
    const first = await rerun(gateway, id);
    const second = await rerun(gateway, id);

    expect(await linksOf(gateway, id)).toEqual({
      isRerun: false,
      rerunOf: null,
      reruns: [{ id: first }, { id: second }],
    });
    expect(await linksOf(gateway, second)).toEqual({ isRerun: true, rerunOf: { id }, reruns: [] });
    const { data } = await gateway.query<{ executions: unknown }>(
      '{ executions(first: 3) { nodes { id rerunOf { id } } } }',
    );
    expect(data.executions).toEqual({
      nodes: [
        { id: second, rerunOf: { id } },
        { id: first, rerunOf: { id } },
        { id, rerunOf: null },
      ],
    });
  });

  test('is linked by fragments that spread each other over and over, too', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);
    const fragments = numbers(1, 3).map(
      (nth) => `fragment F${String(nth)} on Execution { ...F${String(nth + 1)} ...F${String(nth + 1)} }`,
    );
    const { data, errors } = await gateway.query<unknown>(
      `{ execution(id: "${id}") { rerunOf { ...F1 } } } ${fragments.join(' ')} fragment F4 on Execution { id }`,
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ execution: { rerunOf: { id: FAILED } } });
  });

  test('can be run again itself', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const child = await rerun(gateway, FAILED);
    await gateway.query('mutation ($id: ID!) { stopExecution(id: $id) { message } }', { id: child });
    gateway.sandbox.advanceClock(1000);
    const grandchild = await rerun(gateway, child);

    expect(await linksOf(gateway, child)).toMatchObject({
      rerunOf: { id: FAILED },
      reruns: [{ id: grandchild }],
    });
    const { data, extensions } = await gateway.query<{ execution: unknown }>(
      `query ($id: ID!) { execution(id: $id) { ...up } }
       fragment up on Execution { rerunOf { ... on Execution { __typename id rerunOf { id reruns { id } } } } }`,
      { id: grandchild },
    );
    expect(data.execution).toEqual({
      rerunOf: {
        __typename: 'Execution',
        id: child,
        rerunOf: { id: FAILED, reruns: [{ id: child }] },
      },
    });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('shows whether it helped, once it has ended', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);
    const running = await gateway.query<{ execution: unknown }>(STATES, { id: FAILED });
    gateway.sandbox.advanceClock(600_000);
    const ended = await gateway.query<{ execution: unknown }>(STATES, { id: FAILED });

    expect(running.data.execution).toEqual({ rerunOf: null, reruns: [{ id, status: 'RUNNING' }] });
    expect(ended.data.execution).toEqual({ rerunOf: null, reruns: [{ id, status: 'COMPLETED' }] });
    expect(ended.extensions.upstream.calls).toBe(2);
  });

  test('costs a call only where more than its id is asked for', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);
    const links = await gateway.query(LINKS, { id });
    const whole = await gateway.query<{ execution: { rerunOf: object } }>(
      'query ($id: ID!) { execution(id: $id) { rerunOf { id status workflow { name } nodes { id } } } }',
      { id },
    );

    expect(links.extensions.upstream.calls).toBe(1);
    expect(whole.extensions.upstream.calls).toBe(2);
    expect(whole.data.execution.rerunOf).toMatchObject({
      id: FAILED,
      status: 'ERRORED',
      workflow: { name: 'Post message to a channel' },
    });
  });

  test.each([404, 403])('is left out once upstream answers %i for it', async (status) => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const ids = [await rerun(gateway, FAILED), await rerun(gateway, FAILED)];
    gateway.sandbox.addFault({ match: { route: ROUTE }, status });
    const { data, errors } = await gateway.query<Listed>(FAILED_ROW);
    gateway.sandbox.addFault({ match: { route: ROUTE }, status });
    const original = await gateway.query<Listed>('{ executions(first: 1) { nodes { rerunOf { status } } } }');

    expect(errors).toEqual([]);
    expect(data.executions.nodes).toEqual([
      { id: FAILED, reruns: [{ id: expect.any(String), status: 'RUNNING' }] },
    ]);
    expect(ids).toContain(data.executions.nodes[0]?.reruns?.[0]?.id);
    expect(original.errors).toEqual([]);
    expect(original.data.executions.nodes).toEqual([{ rerunOf: null }]);
  });

  test('that cannot be looked up takes nothing else with it', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    await rerun(gateway, FAILED);
    gateway.sandbox.addFault({ match: { route: ROUTE }, body: [] });
    const { data, errors } = await gateway.query<Listed>(FAILED_ROW);

    expect(data.executions.nodes).toEqual([{ id: FAILED, reruns: null }]);
    expect(errors).toMatchObject([
      { path: ['executions', 'nodes', 0, 'reruns'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
  });

  test('is not linked for another way of signing in', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);

    expect(await linksOf(gateway, FAILED, DEMO_SESSION)).toMatchObject(NO_LINKS);
    expect(await linksOf(gateway, id, DEMO_SESSION)).toEqual({ isRerun: true, ...NO_LINKS });
  });

  test('is not linked for another account, even where it has a run of that id', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);
    const { body } = await rowOf(gateway, FAILED);
    for (const one of [FAILED, id]) {
      gateway.sandbox.addFault({ match: { route: ROUTE }, status: 200, body: { ...body, _id: one } });
      expect(await linksOf(gateway, one, OTHER)).toMatchObject(NO_LINKS);
    }
    expect(await linksOf(gateway, id)).toMatchObject({ rerunOf: { id: FAILED } });
  });

  test('has no link where nobody knows whether it was made, or it was refused', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    gateway.sandbox.addFault({ match: { method: 'POST' }, status: 502, takesEffect: true });
    const unknown = await gateway.query(RERUN_FOR_ID, { id: FAILED });
    gateway.sandbox.addFault({ match: { method: 'POST' }, status: 400 });
    const refused = await gateway.query(RERUN_FOR_ID, { id: FAILED });
    const made = (await list(gateway.sandbox, 'limit=1')).docs[0]?._id ?? '';

    expect(unknown.errors).toMatchObject([{ extensions: { outcome: 'UNKNOWN' } }]);
    expect(refused.data).toEqual({ rerunExecution: { executionId: null } });
    expect(await linksOf(gateway, FAILED)).toMatchObject(NO_LINKS);
    expect(await linksOf(gateway, made)).toEqual({ isRerun: true, ...NO_LINKS });
  });
});

/** A run as upstream tells it. */
async function rowOf({ sandbox }: Gateway, id: string): Promise<{ body: Record<string, unknown> }> {
  const response = await fetch(`${sandbox.url}/api/v2/public/execution/${id}`, { headers: DEMO });
  return { body: (await response.json()) as Record<string, unknown> };
}

describe('isRerun', () => {
  test('is told by the name that upstream gives', async () => {
    const { query } = await startStill({ sandbox: { executions: 20 } });
    const { data, extensions } = await query<{ executions: { nodes: readonly Run[] } }>(
      '{ executions { nodes { id name isRerun } } }',
    );
    const reruns = data.executions.nodes.filter(({ isRerun }) => isRerun);

    expect(reruns.map(({ id }) => id)).toContain(FAILED);
    expect(data.executions.nodes.length).toBeGreaterThan(reruns.length);
    expect(extensions.upstream.calls).toBe(1);
  });

  test.each([
    ['Retry for workflow 65200cfd01af0388e905ad92', true],
    ['retry for workflow 65200CFD01AF0388E905AD92', true],
    ['Retry for workflow 65200cfd', false],
    ['A Retry for workflow 65200cfd01af0388e905ad92', false],
    ['Retry for workflow 65200cfd01af0388e905ad92 and more', false],
    [null, false],
  ])('of a run called %j is %j', async (name, isRerun) => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const { body } = await rowOf(gateway, FAILED);
    gateway.sandbox.addFault({ match: { route: ROUTE }, status: 200, body: { ...body, name } });

    expect(await linksOf(gateway, FAILED)).toMatchObject({ isRerun });
  });

  test('of what was made here is true under any name', async () => {
    const gateway = await startStill({ sandbox: { executions: 20 } });
    const id = await rerun(gateway, FAILED);
    const { body } = await rowOf(gateway, id);
    gateway.sandbox.addFault({ match: { route: ROUTE }, status: 200, body: { ...body, name: 'Orders' } });

    expect(await linksOf(gateway, id)).toMatchObject({ isRerun: true, rerunOf: { id: FAILED } });
  });
});
