import type { Account } from '../data/account.ts';
import { NoAnswer, UpstreamError } from './errors.ts';
import { namePattern } from './name-pattern.ts';
import { executionDetail, nodeBatches } from '../data/nodes.ts';
import {
  asSpelled,
  FILTER_STATUSES,
  parseChoice,
  parseExecutionQuery,
  parseFlag,
  parsePage,
  parseSpan,
  single,
} from './query.ts';
import type { Run } from '../data/run.ts';
import type { Caller, SandboxState } from '../data/state.ts';
import type { Traits } from './traits.ts';
import { applicationRow, envelope, executionRow, workflowRow } from './wire.ts';
import type { WireContext } from './wire.ts';

/** A request that has been let in. */
export interface Visit {
  readonly state: SandboxState;
  readonly caller: Caller;
  /** The caller's linked account. */
  readonly account: Account;
  readonly traits: Traits;
  /** The number of the visit, from 1. */
  readonly serial: number;
  /** The values of the route's templates, in order. */
  readonly values: readonly string[];
  readonly params: URLSearchParams;
}

interface Route {
  readonly method: string;
  readonly template: string;
  readonly handle: Handle;
}

/** Where all routes of the public API begin. */
export const API_PREFIX = '/api/v2/public';

/** The one organisation. */
export const ORG_ID = '64f0a1b2c3d4e5f607182930';

function wireContext(visit: Visit): WireContext {
  const { traits, caller, serial } = visit;
  return { traits, orgId: ORG_ID, account: caller.account, serial };
}

function existingRun(visit: Visit): Run {
  const run = visit.account.find(visit.values[0] ?? '', visit.state.now());
  if (run === null) throw new UpstreamError(404, 'Execution not found');
  return run;
}

function getExecution(visit: Visit): unknown {
  const run = visit.account.find(visit.values[0] ?? '', visit.state.now());
  if (run === null && visit.traits.unknownId === 'hang') throw new NoAnswer();
  return executionDetail(run ?? existingRun(visit), wireContext(visit));
}

type Handle = (visit: Visit) => unknown;

/** What session tokens are refused where they may not look things up. */
function unlessSession(handle: Handle): Handle {
  return (visit) => {
    if (!visit.caller.isSession || visit.traits.sessionLookups) return handle(visit);
    throw new UpstreamError(401, 'Invalid Credentials');
  };
}

function onlySession(handle: Handle): Handle {
  return (visit) => {
    if (visit.caller.isSession) return handle(visit);
    throw new UpstreamError(401, 'Invalid Credentials');
  };
}

function listExecutions(visit: Visit): unknown {
  const query = parseExecutionQuery(visit.params, visit.traits);
  const context = wireContext(visit);
  const found = visit.account.list(query, visit.state.now());
  const docs = found.runs.map((run) => executionRow(run, context));
  return envelope(docs, found.totalDocs, query, context);
}

function listBatches(visit: Visit): unknown {
  const at = parsePage(visit.params, visit.traits);
  const status = parseChoice(visit.params, 'status', asSpelled(FILTER_STATUSES));
  const batches = nodeBatches(existingRun(visit), visit.values[1] ?? '', status);
  const start = (at.page - 1) * at.limit;
  return envelope(batches.slice(start, start + at.limit), batches.length, at, wireContext(visit));
}

function stopExecution(visit: Visit): unknown {
  visit.account.stop(visit.values[0] ?? '', visit.state.now());
  return { message: 'Stopping instance' };
}

function rerunExecution(visit: Visit): unknown {
  const live = visit.account.rerun(visit.values[0] ?? '', visit.state.now());
  const id = visit.state.start(visit.caller.account, live);
  if (visit.traits.rerunAnswer === 'd1') return { message: 'Execution queued', instanceId: id };
  return { status: 'success', id };
}

function listWorkflows(visit: Visit): unknown {
  const { params, traits, state } = visit;
  const at = parsePage(params, traits);
  const span = parseSpan(params, traits);
  const isPublished = parseFlag(params, 'published');
  const applicationId = single(params, 'application_id');
  const slug = single(params, 'slug');
  const isNamed = namePattern(single(params, 'name') ?? '');
  const isPrivate = parseChoice(params, 'scope', { private: 'private', public: 'public' }) === 'private';
  const own = visit.account.workflows.filter((workflow) => workflow.owner !== null);
  const found = (isPrivate ? own : state.catalogue.publicWorkflows)
    .filter(
      (workflow) =>
        (isPublished === null || workflow.published === isPublished) &&
        (applicationId === null || workflow.application.id === applicationId) &&
        (slug === null || workflow.application.slug === slug) &&
        workflow.createdAtMs >= span.fromMs &&
        workflow.createdAtMs <= span.toMs &&
        isNamed(workflow.name),
    )
    .sort((one, other) => other.createdAtMs - one.createdAtMs);
  const start = (at.page - 1) * at.limit;
  const context = wireContext(visit);
  const docs = found.slice(start, start + at.limit).map((workflow) => workflowRow(workflow, context));
  return { ...envelope(docs, found.length, at, context), schema: { type: 'object', properties: {} } };
}

function getWorkflow(visit: Visit): unknown {
  const id = visit.values[0] ?? '';
  const { catalogue } = visit.state;
  const workflow = visit.account.workflows.find((one) => one.id === id);
  if (workflow !== undefined) return workflowRow(workflow, wireContext(visit));
  const owner = catalogue.ownerOf(id);
  const isForeign = owner !== null && catalogue.privateWorkflows(owner).some((one) => one.id === id);
  throw isForeign
    ? new UpstreamError(403, 'Workflow is private to another linked account')
    : new UpstreamError(404, 'Workflow not found');
}

function listApplications(visit: Visit): unknown[] {
  return visit.state.catalogue.applications.map((application, index) =>
    applicationRow(application, index, visit.account, visit.caller.account),
  );
}

function getApplication(visit: Visit): unknown {
  const all = listApplications(visit);
  const index = visit.state.catalogue.applications.findIndex((one) => one.slug === visit.values[0]);
  if (index === -1) throw new UpstreamError(404, 'Application not found');
  return all[index];
}

const ROUTES: readonly Route[] = [
  { method: 'GET', template: '/execution', handle: listExecutions },
  { method: 'GET', template: '/execution/{execution_id}', handle: getExecution },
  { method: 'GET', template: '/execution/{execution_id}/nodes/{node_id}/batches', handle: listBatches },
  { method: 'POST', template: '/execution/{execution_id}/stop', handle: stopExecution },
  { method: 'POST', template: '/execution/{execution_id}/rerun', handle: rerunExecution },
  { method: 'GET', template: '/workflow', handle: listWorkflows },
  { method: 'GET', template: '/workflow/{id}', handle: unlessSession(getWorkflow) },
  { method: 'GET', template: '/application', handle: unlessSession(listApplications) },
  { method: 'GET', template: '/application/{slug}', handle: unlessSession(getApplication) },
  { method: 'GET', template: '/f-sdk/application', handle: onlySession(listApplications) },
  { method: 'GET', template: '/f-sdk/application/{slug}', handle: onlySession(getApplication) },
];

/** The whole path of a template: the paths of the browser's SDK are beside the public API. */
function pathOf(template: string): string {
  return template.startsWith('/f-sdk/') ? `/api/v2${template}` : `${API_PREFIX}${template}`;
}

/** What a path leads to: the routes of its template, and the raw values in it. */
export interface Target {
  readonly template: string;
  readonly routes: readonly Route[];
  readonly rawValues: readonly string[];
}

/** Finds the routes of a path, whatever their method; null for an unknown path. */
export function findTarget(path: string): Target | null {
  const parts = path.split('/');
  for (const { template } of ROUTES) {
    const wanted = pathOf(template).split('/');
    const fits =
      wanted.length === parts.length &&
      wanted.every((part, index) => (part.startsWith('{') ? parts[index] !== '' : part === parts[index]));
    if (!fits) continue;
    return {
      template,
      routes: ROUTES.filter((route) => route.template === template),
      rawValues: parts.filter((_, index) => wanted[index]?.startsWith('{')),
    };
  }
  return null;
}
