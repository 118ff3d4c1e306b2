import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

const DOCUMENT = `query RunHistory($filter: ExecutionFilter, $page: PageInput) {
  executions(filter: $filter, page: $page) {
    totalCount
    pageInfo { currentPage totalPages hasNextPage }
    nodes {
      id
      name
      status
      createdAt
      durationMs
      workflow { id name }
      application { id name icon }
    }
  }
}
`;

/** What Apollo Sandbox, at `/graphql`, opens with; nothing at all when exploration is off. */
export function createExplorer(enabled: boolean): ApolloServerPlugin {
  if (!enabled) return ApolloServerPluginLandingPageDisabled();
  return ApolloServerPluginLandingPageLocalDefault({
    embed: { runTelemetry: false },
    document: DOCUMENT,
    variables: { page: { number: 1, size: 10 } },
    headers: { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' },
  });
}
