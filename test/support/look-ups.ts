import { ask } from './sandbox.ts';
import type { ListBody, Row } from './sandbox.ts';
import { DEMO, type Gateway } from './gateway.ts';

export const APPLICATION_FIELDS = `
  id name icon slug description type authType ecosystem tags connected reauthRequired
  connectedAccounts { identifier authType connectedAt status }`;

export const WORKFLOW_FIELDS =
  'id name icon description slug alias published version environment createdAt updatedAt';

export const WORKFLOW = `query ($id: ID!) { workflow(id: $id) { ${WORKFLOW_FIELDS} application { id } } }`;

export const WORKFLOWS = `query ($filter: WorkflowFilter, $page: PageInput) {
  workflows(filter: $filter, page: $page) { totalCount nodes { ${WORKFLOW_FIELDS} application { id } } }
}`;

export const APPLICATION = `query ($slug: String!) { application(slug: $slug) { ${APPLICATION_FIELDS} } }`;

export const APPLICATIONS = `{ applications { ${APPLICATION_FIELDS} } }`;

export const EMBEDDED = `query ($page: PageInput) {
  executions(page: $page) { totalCount pageInfo { endCursor } nodes {
    id name status createdAt workflow { __typename id name icon } application { __typename id name icon }
  } }
}`;

export const DESCRIPTIONS = `query ($page: PageInput) {
  executions(page: $page) { nodes { workflow { id description } } }
}`;

export type Fields = Readonly<Record<string, unknown>>;

export interface Executions {
  readonly executions: {
    readonly nodes: readonly {
      readonly workflow: (Fields & { readonly id: string; readonly application: Fields }) | null;
      readonly application: Fields | null;
    }[];
  };
}

/** What upstream was asked, in the order in which it was asked: `/workflow?page=1&limit=100`. */
export function asked({ sandbox }: Gateway): string[] {
  return sandbox
    .requests()
    .map(({ path, query }) => path.replace('/api/v2/public', '') + (query && `?${query}`));
}

/** How many requests the sandbox has counted. */
export function calls({ sandbox }: Gateway): number {
  return Object.values(sandbox.stats().requests)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, count) => sum + count, 0);
}

/** What upstream says of all workflows of a scope, or of all applications. */
export async function workflowRows(
  { sandbox }: Gateway,
  scope = 'public',
  headers = DEMO,
): Promise<readonly Row[]> {
  return (await ask<ListBody>(sandbox, `/workflow?limit=1000&scope=${scope}`, { headers })).body.docs;
}

export async function applicationRows({ sandbox }: Gateway): Promise<readonly Row[]> {
  return (await ask<Row[]>(sandbox, '/application')).body;
}

/** What GraphQL should make of upstream's workflow. */
export function workflowOf(row: Row): Fields {
  const { _id, name, icon, description, slug, workflow_alias, published, version } = row as Fields;
  return {
    id: _id,
    name,
    icon,
    description,
    slug,
    alias: workflow_alias,
    published,
    version,
    environment: 'TEST',
    createdAt: row.createdAt,
    updatedAt: row['updatedAt'],
  };
}

/** What GraphQL should make of upstream's application. */
export function applicationOf(row: Row): Fields {
  const { app_id, name, icon, slug, description, type, auth_type, ecosystem, tags, connected } =
    row as Fields;
  return {
    id: app_id,
    name,
    icon,
    slug,
    description,
    type,
    authType: auth_type,
    ecosystem,
    tags,
    connected,
    reauthRequired: row['reauth_required'],
    connectedAccounts: (row['connected_accounts'] as Row[]).map(
      ({ identifier, auth_type, connectedAt, status }: Fields) => ({
        identifier,
        authType: auth_type,
        connectedAt,
        status,
      }),
    ),
  };
}

/** A look-up's request in short: `one`, `public 2`, `private 1`. */
export function kindOf(path: string): string {
  const [, query] = path.split('?');
  if (query === undefined) return /^\/workflow\/[0-9a-f]{24}$/.test(path) ? 'one' : path;
  const params = new URLSearchParams(query);
  return `${params.get('scope') ?? 'public'} ${String(params.get('page'))}`;
}

/** The paths of errors, and their codes. */
export function failures(
  errors: readonly { path?: readonly unknown[]; extensions: { code: string } }[],
): string[] {
  return errors.map(({ path = [], extensions }) => `${path.join('.')}: ${extensions.code}`).sort();
}
