import type { Sandbox } from '../../sandbox/server.ts';
import { DEMO, startStill, type Setup } from './gateway.ts';
import { list, type Row } from './sandbox.ts';

export type Gateway = Awaited<ReturnType<typeof startStill>>;

const LIST = `query ($filter: ExecutionFilter, $page: PageInput, $sort: SortDirection) {
  list: executions(filter: $filter, page: $page, sort: $sort) { totalCount nodes { id } }
}`;
const COUNT = 'query ($filter: ExecutionFilter) { list: executionCounts(filter: $filter) { total } }';

interface Listed {
  readonly list: { readonly totalCount: number; readonly nodes: readonly { readonly id: string }[] } | null;
}

interface Counted {
  readonly list: { readonly total: number } | null;
}

/** What the gateway tells of upstream. */
export interface Known {
  readonly viewer: {
    readonly capabilities: readonly { readonly argument: string; readonly state: string }[];
  };
}

/** What a question came to: rows and their number, or a refusal. */
export interface Outcome {
  readonly ids: readonly string[] | null;
  readonly total: number | null;
  readonly errors: readonly string[];
  readonly calls: number;
}

/** A gateway over 250 runs that stand still. */
export function startOver(traits: Setup['sandbox'], setup: Omit<Setup, 'sandbox'> = {}): Promise<Gateway> {
  return startStill({ ...setup, ...(traits && { sandbox: traits }) });
}

/** Asks for a list. */
export async function listed(
  { query }: Gateway,
  variables: Record<string, unknown>,
  headers: Record<string, string> = DEMO,
): Promise<Outcome> {
  const { data, errors, extensions } = await query<Listed>(LIST, variables, headers);
  return {
    ids: data.list?.nodes.map(({ id }) => id) ?? null,
    total: data.list?.totalCount ?? null,
    errors: errors.map((error) => `${error.extensions.code} ${error.message}`),
    calls: extensions.upstream.calls,
  };
}

/** Asks how many there are. */
export async function counted({ query }: Gateway, filter: Record<string, unknown>): Promise<Outcome> {
  const { data, errors, extensions } = await query<Counted>(COUNT, { filter });
  return {
    ids: null,
    total: data.list?.total ?? null,
    errors: errors.map((error) => `${error.extensions.code} ${error.message}`),
    calls: extensions.upstream.calls,
  };
}

/** What the gateway says that it knows of an argument. */
export async function stateOf(
  { query }: Gateway,
  argument: string,
  headers: Record<string, string> = DEMO,
): Promise<string | undefined> {
  const { data } = await query<Known>('{ viewer { capabilities { argument state } } }', {}, headers);
  return data.viewer.capabilities.find((one) => one.argument === argument)?.state;
}

/** What an upstream answers that knows every argument, whatever the sandbox is like otherwise. */
export async function truth(
  sandbox: Sandbox,
  query: string,
): Promise<{ ids: string[]; rows: readonly Row[] }> {
  const { generation, endDate } = sandbox.options();
  sandbox.setOptions({ generation: 'both', endDate: 'end' });
  const { docs } = await list(sandbox, `limit=1000&${query}`);
  sandbox.setOptions({ generation, endDate });
  return { ids: docs.map(({ _id }) => _id), rows: docs };
}

/** The refusal of an argument. */
export function refusal(argument: string): string {
  return `NOT_SUPPORTED ${argument}: upstream did not apply it`;
}
