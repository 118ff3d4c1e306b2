import type { IncomingHttpHeaders } from 'node:http';
import { clientNameOf, type ClientName } from '../observability/client-name.ts';

/** The headers that clients tell their name and version in: those of Apollo's clients, and what others send. */
export const CLIENT_HEADERS = [
  ['apollographql-client-name', 'apollographql-client-version'],
  ['graphql-client-name', 'graphql-client-version'],
] as const;

/** What the client of a request says that it is; null: it says nothing of it, or nothing that can be printed. */
export function clientOf(headers: IncomingHttpHeaders): ClientName | null {
  for (const [name, version] of CLIENT_HEADERS) {
    if (headers[name] !== undefined) return clientNameOf(headers[name], headers[version]);
  }
  return null;
}

/**
 * The same by the parameters that a WebSocket begins with: under the names of the headers, or as
 * `{ client: { name, version } }`.
 */
export function clientOfParams(
  params: Readonly<Record<string, unknown>> | null | undefined,
): ClientName | null {
  // Clients may send null, whatever the types of graphql-ws say.
  if (params === null || params === undefined) return null;
  for (const [name, version] of CLIENT_HEADERS) {
    if (params[name] !== undefined) return clientNameOf(params[name], params[version]);
  }
  const { name, version } = (params['client'] ?? {}) as Readonly<Record<'name' | 'version', unknown>>;
  return clientNameOf(name, version);
}
