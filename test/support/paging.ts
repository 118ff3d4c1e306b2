import { expect } from '@jest/globals';
import { ask, type ListBody } from './sandbox.ts';
import { startStill, type Gateway } from './gateway.ts';
import { STILL_CLOCK } from './fake-clock.ts';

const PAGE_INFO = `pageInfo {
  hasNextPage hasPreviousPage startCursor endCursor
  currentPage pageSize totalPages nextPage previousPage startIndex
}`;

export const EXECUTIONS = `query (
  $page: PageInput, $first: Int, $after: String, $last: Int, $before: String,
  $sort: SortDirection, $filter: ExecutionFilter
) {
  list: executions(
    page: $page, first: $first, after: $after, last: $last, before: $before, sort: $sort, filter: $filter
  ) { totalCount edges { cursor node { id } } nodes { id } ${PAGE_INFO} }
}`;

export const WORKFLOWS = `query ($page: PageInput, $first: Int, $after: String, $filter: WorkflowFilter) {
  list: workflows(page: $page, first: $first, after: $after, filter: $filter) {
    totalCount edges { cursor node { id } } nodes { id } ${PAGE_INFO}
  }
}`;

interface PageInfo {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly startCursor: string | null;
  readonly endCursor: string | null;
  readonly currentPage: number | null;
  readonly nextPage: number | null;
  readonly previousPage: number | null;
}

export interface Listed {
  readonly list: {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: PageInfo;
  };
}

/** A gateway in front of that many executions, which stand still. */
export function gatewayOver(executions: number, maxPageSize = 100) {
  return startStill({
    sandbox: { executions },
    env: { MAX_PAGE_SIZE: String(maxPageSize), LOG_LEVEL: 'silent' },
    clock: STILL_CLOCK,
  });
}

/** The ids of all of the executions, straight from upstream. */
export async function allIds({ sandbox }: Gateway, route = '/execution?'): Promise<string[]> {
  const { body } = await ask<ListBody>(sandbox, `${route}limit=1000`);
  return body.docs.map(({ _id }) => _id);
}

/** The cursors of all of the executions, in order; read by numbered pages of that size. */
export async function allCursors({ query }: Gateway, size: number): Promise<string[]> {
  const cursors: string[] = [];
  for (let number = 1; ; number++) {
    const { data } = await query<Listed>(EXECUTIONS, { page: { number, size } });
    cursors.push(...data.list.edges.map(({ cursor }) => cursor));
    if (!data.list.pageInfo.hasNextPage) return cursors;
  }
}

/** How many requests of a route the sandbox has counted. */
export function callsTo({ sandbox }: Gateway, route: string): number {
  return Object.values(sandbox.stats().requests[route] ?? {}).reduce((sum, count) => sum + count, 0);
}

/** Page sizes of walks: small ones, such as divide the lists evenly, and ones around their lengths. */
export const WALKS = [1, 2, 3, 4, 7, 10, 12, 18, 19, 36, 37, 38, 39, 40, 41];

/** Checks that a list is refused with one error that names the argument, and that upstream is not asked. */
export async function expectRefused(
  gateway: Gateway,
  text: string,
  variables: Record<string, unknown>,
  naming: string,
) {
  gateway.sandbox.reset();
  const { data, errors } = await gateway.query<Listed | null | undefined>(text, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  expect(errors[0]?.message).toMatch(new RegExp(`(^|\\W)${naming}(\\W|$)`));
  expect(data?.list ?? null).toBeNull();
  expect(gateway.sandbox.requests()).toEqual([]);
}
