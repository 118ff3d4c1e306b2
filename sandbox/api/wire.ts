import type { Account } from '../data/account.ts';
import type { Application, Workflow } from '../data/catalogue.ts';
import type { Page } from './query.ts';
import { hash, pick } from '../data/random.ts';
import { isByThanos } from '../data/run.ts';
import type { Run } from '../data/run.ts';
import type { Traits } from './traits.ts';

/** A JSON object as it is sent. */
export type Wire = Readonly<Record<string, unknown>>;

/** What the rows of one answer have in common. */
export interface WireContext {
  readonly traits: Traits;
  readonly orgId: string;
  /** The linked account, as the caller names it. */
  readonly account: string;
  /** The number of the answer: 1 for the first, and so on. */
  readonly serial: number;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** How many rows a list says it has; a changing one says more and less from one answer to the next. */
function toldTotal(rows: number, { traits, serial }: WireContext): number {
  if (traits.totalDocs === 'high') return rows + 1 + Math.ceil(rows / 10);
  if (traits.totalDocs === 'low') return Math.floor(rows * 0.9);
  return traits.totalDocs === 'changing' ? Math.max(0, rows + (serial % 5) - 2) : rows;
}

/** A page of a list in the envelope of mongoose-paginate; D2 leaves some of it out. */
export function envelope(docs: readonly Wire[], rows: number, at: Page, context: WireContext): Wire {
  const { page, limit } = at;
  const { traits } = context;
  const told = toldTotal(rows, context);
  const totalPages = Math.max(1, Math.ceil(told / limit));
  const hasPrevPage = page > 1;
  const hasNextPage = page < totalPages;
  const totalDocs = traits.totalDocs === 'text' ? String(told) : told;
  const common = {
    docs,
    ...(traits.totalDocs === 'missing' ? {} : { totalDocs }),
    limit,
    page,
    totalPages,
    hasPrevPage,
    hasNextPage,
  };
  if (traits.generation === 'd2') return common;
  return {
    ...common,
    pagingCounter: (page - 1) * limit + 1,
    prevPage: hasPrevPage ? page - 1 : null,
    nextPage: hasNextPage ? page + 1 : null,
  };
}

function embeddedApplication(application: Application): Wire {
  return { _id: application.id, name: application.name, icon: application.icon };
}

/** What started a run: a schedule, a call or, by its name, an event. Nothing else tells the source of a row. */
function triggerOf(run: Run, { traits }: WireContext): string {
  if (run.source === 'Event') return pick(run.workflow.application.events, run.hash);
  return run.source === 'API Call' && traits.generation === 'd2' ? 'API_CALL' : run.source;
}

function newerFields(run: Run, context: WireContext): Wire {
  const { application } = run.workflow;
  const ended = run.endedAtMs;
  return {
    org_id: context.orgId,
    linked_account_id: context.account,
    trigger_application_event: triggerOf(run, context),
    type_of_execution: run.type,
    ...(ended === null ? {} : { completion_time: iso(ended), instance_execution_time: run.durationMs }),
    updatedAt: iso(ended ?? run.createdAtMs),
    is_child_instance: run.hash % 12 === 5,
    executed_by_thanos: isByThanos(run),
    ...(run.hash % 5 === 1 ? { custom_application_id: application.id, store_variables: {} } : {}),
    is_seed: run.hash % 50 === 7,
    associated_trigger_application:
      run.source === 'Event' ? embeddedApplication(application) : { name: triggerOf(run, context) },
    platform_version: 'v2',
    attempt_count: 1 + (run.hash % 3),
    __v: 0,
  };
}

/** An entry of the execution list. */
export function executionRow(run: Run, context: WireContext): Wire {
  const { workflow } = run;
  const isOld = context.traits.generation === 'd1' || (context.traits.generation === 'both' && run.isOld);
  return {
    _id: run.id,
    createdAt: iso(run.createdAtMs),
    name: run.retryOf === null ? workflow.name : `Retry for workflow ${run.retryOf}`,
    associated_application: embeddedApplication(workflow.application),
    status: run.status,
    associated_workflow: { _id: workflow.id, name: workflow.name, icon: workflow.icon },
    environment: 'test',
    ...(run.configId === null ? {} : { config_id: run.configId }),
    ...(run.eventId === null ? {} : { associated_event_id: run.eventId }),
    ...(isOld ? {} : newerFields(run, context)),
  };
}

/** A workflow, in the list and alone. */
export function workflowRow(workflow: Workflow, context: WireContext): Wire {
  return {
    _id: workflow.id,
    org_id: context.orgId,
    name: workflow.name,
    description: workflow.description,
    icon: workflow.icon,
    slug: workflow.application.slug,
    published: workflow.published,
    associated_application: workflow.application.id,
    ...(workflow.owner === null ? {} : { linked_account_id: context.account }),
    environment: 'test',
    workflow_alias: workflow.name.toLowerCase().replaceAll(/[^a-z]+/g, '_'),
    is_v2: workflow.isV2,
    version: workflow.version,
    nodes: workflow.nodes.map((node) => ({
      node_id: node.id,
      name: node.name,
      type: node.type,
      is_batch: node.isBatch,
    })),
    edges: workflow.nodes.slice(1).map((node, index) => ({
      id: `edge-${String(index + 1)}`,
      source: workflow.nodes[index]?.id,
      target: node.id,
    })),
    createdAt: iso(workflow.createdAtMs),
    updatedAt: iso(workflow.updatedAtMs),
    __v: 0,
  };
}

/** How an account is connected to the application of that index and slug. */
export function connectionOf(
  { number: accountNumber, connections }: Pick<Account, 'number' | 'connections'>,
  index: number,
  slug: string,
): { readonly connected: boolean; readonly reauthRequired: boolean } {
  const last = connections.get(slug);
  const reauthRequired = last === undefined ? slug === 'salesforce' : last === 'Expired';
  const isConnected = last === undefined ? hash(accountNumber, index) % 3 !== 0 : last === 'Created';
  return { connected: reauthRequired || isConnected, reauthRequired };
}

/** An application as one linked account sees it. */
export function applicationRow(
  application: Application,
  index: number,
  connections: Pick<Account, 'number' | 'connections'>,
  account: string,
): Wire {
  const { connected, reauthRequired } = connectionOf(connections, index, application.slug);
  const identifier = index % 2 === 0 ? account : { email: account, workspace: 'Example Inc' };
  const keybased = application.authType === 'keybased';
  return {
    ...(index % 4 === 3 ? {} : { _id: application.id }),
    app_id: application.id,
    slug: application.slug,
    name: application.name,
    icon: application.icon,
    description: application.description,
    type: application.type,
    auth_type: application.authType,
    tags: application.tags,
    ecosystem: index % 3 === 0 ? 'communication' : 'business',
    connected,
    connected_accounts: connected
      ? [
          {
            identifier,
            auth_type: application.authType,
            connectedAt: '2023-09-12T08:30:00.000Z',
            status: reauthRequired ? 'expired' : 'active',
          },
        ]
      : [],
    reauth_required: reauthRequired,
    auth_type_options: keybased ? { keybased: ['api_key'] } : { oauth2: [] },
    auth_input_map: keybased ? [{ name: 'api_key', type: 'password', label: 'API key', required: true }] : [],
  };
}
