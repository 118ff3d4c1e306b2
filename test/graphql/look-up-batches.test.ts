import { afterEach, expect, test } from '@jest/globals';
import { startStill, stopAll } from '../support/gateway.ts';
import { rerun } from '../support/reruns.ts';

afterEach(stopAll);

const FAILED =
  '{ executions(filter: { status: [ERRORED] }, page: { size: 100 }) { nodes { id workflow { id } } } }';
const BOTH = `query ($known: ID!) {
  known: execution(id: $known) { id }
  executions(page: { size: 2 }) { nodes { rerunOf { id workflow { description } } } }
}`;

interface Failed {
  readonly executions: {
    readonly nodes: readonly { readonly id: string; readonly workflow: { readonly id: string } }[];
  };
}

interface Repeated {
  readonly executions: { readonly nodes: readonly { readonly rerunOf: { readonly id: string } }[] };
}

test('what is known already waits for what is looked up beside it, so that what both need is looked up at once', async () => {
  const gateway = await startStill({ env: { CACHE_TERMINAL_MS: '3600000' } });
  const { query, sandbox } = gateway;
  const { nodes } = (await query<Failed>(FAILED)).data.executions;
  const [one] = nodes;
  const other = nodes.find(({ workflow }) => workflow.id !== one?.workflow.id);
  const ids = [one, other].map((run) => run?.id ?? '');
  for (const id of ids) await rerun(gateway, id);
  const known = ids[0] ?? '';
  await query('query ($id: ID!) { execution(id: $id) { id } }', { id: known });
  const asked = sandbox.requests().length;

  const { data, errors } = await query<Repeated>(BOTH, { known });

  expect(errors).toEqual([]);
  expect(new Set(data.executions.nodes.map(({ rerunOf }) => rerunOf.id))).toEqual(new Set(ids));
  const paths = sandbox
    .requests()
    .slice(asked)
    .map(({ path }) => path);
  expect(paths.map((path) => path.replace(/^.*\/public/, ''))).toEqual([
    '/execution',
    `/execution/${ids[1] ?? ''}`,
    '/workflow',
  ]);
});
