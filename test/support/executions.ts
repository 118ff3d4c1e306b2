export const LIST = `query ($filter: ExecutionFilter, $page: PageInput, $sort: SortDirection) {
  executions(filter: $filter, page: $page, sort: $sort) { totalCount nodes { id } }
}`;

const FIELDS = `
  id name status rawStatus createdAt updatedAt completedAt durationMs environment source type
  configId eventId linkedAccountId workflow { id name icon } application { id name icon }`;

export const EVERYTHING = `query ($page: PageInput, $filter: ExecutionFilter) {
  executions(page: $page, filter: $filter) {
    totalCount nodes { ${FIELDS} }
    pageInfo { hasNextPage hasPreviousPage currentPage pageSize totalPages nextPage previousPage startIndex }
  }
}`;

/** What both of these answer. */
export interface Listed {
  readonly executions: {
    readonly totalCount: number;
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: unknown;
  };
}
