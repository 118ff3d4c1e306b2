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

/** The ways of signing in that are on. */
export interface SignInWays {
  readonly sessionToken: boolean;
  readonly apiKey: boolean;
}

/** What Apollo Sandbox, at `/graphql`, opens with; nothing at all when exploration is off. */
export function createExplorer(enabled: boolean, ways: SignInWays): ApolloServerPlugin {
  if (!enabled) return ApolloServerPluginLandingPageDisabled();
  return ApolloServerPluginLandingPageLocalDefault({
    embed: { runTelemetry: false },
    document: DOCUMENT,
    variables: { page: { number: 1, size: 10 } },
    headers: exampleHeaders(ways),
  });
}

/** Headers to sign in with, in a way that is on; the demo takes them as they are, but for the last. */
function exampleHeaders({ apiKey, sessionToken }: SignInWays): Record<string, string> {
  if (apiKey) return { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' };
  if (sessionToken) return { authorization: 'Bearer session-demo' };
  return { authorization: 'Bearer <token of your product>' };
}
