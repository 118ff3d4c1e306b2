import type { ExecutionSource, ExecutionStatus, ExecutionType } from '../documents/generated.ts';
import { DEFAULT_VIEW, RANGE_PRESETS, type RangePreset, type RunRange, type RunView } from './view.ts';

const STATUSES: readonly ExecutionStatus[] = [
  'COMPLETED',
  'ERRORED',
  'RUNNING',
  'STOPPED',
  'STOPPING',
  'TIMED_OUT',
];
const SOURCES: readonly ExecutionSource[] = ['EVENT', 'SCHEDULE', 'API_CALL'];
const TYPES: readonly ExecutionType[] = ['SYNC', 'ASYNC'];
const NAMES = [
  'status',
  'source',
  'type',
  'workflow',
  'app',
  'range',
  'from',
  'to',
  'q',
  'sort',
  'run',
] as const;

/**
 * Reads a view out of an address. What is not understood counts as not there: an address is anybody's.
 * @param query such as `location.search`
 * @param prefix in front of each name, so that a host's own parameters stay apart
 */
export function readView(query: string, prefix: string): RunView {
  const parameters = new URLSearchParams(query);
  const get = (name: (typeof NAMES)[number]) => parameters.get(prefix + name) ?? '';
  const list = (name: (typeof NAMES)[number]) =>
    get(name)
      .split(',')
      .filter((one) => one !== '');
  return {
    status: list('status').filter((one): one is ExecutionStatus => isOneOf(STATUSES, one)),
    source: oneOf(SOURCES, get('source')),
    type: oneOf(TYPES, get('type')),
    workflowId: get('workflow') || null,
    applicationSlugs: list('app'),
    range: readRange(get('range'), get('from'), get('to')),
    search: get('q'),
    sort: get('sort') === 'asc' ? 'ASC' : 'DESC',
    runId: get('run') || null,
  };
}

/** The query of an address that shows the view; the host's own parameters stay. Empty, or begins with `?`. */
export function writeView(view: RunView, query: string, prefix: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of NAMES) parameters.delete(prefix + name);
  const set = (name: (typeof NAMES)[number], value: string | null) => {
    if (value !== null && value !== '') parameters.set(prefix + name, value);
  };
  set('status', view.status.join(','));
  set('source', view.source);
  set('type', view.type);
  set('workflow', view.workflowId);
  set('app', view.applicationSlugs.join(','));
  if (!('preset' in view.range)) {
    set('from', view.range.from);
    set('to', view.range.to);
  } else if (view.range.preset !== defaultPreset()) {
    set('range', view.range.preset);
  }
  set('q', view.search);
  set('sort', view.sort === 'ASC' ? 'asc' : null);
  set('run', view.runId);
  const written = parameters.toString();
  return written === '' ? '' : `?${written}`;
}

function readRange(preset: string, from: string, to: string): RunRange {
  const bounds = { from: readBound(from), to: readBound(to) };
  if (bounds.from !== null || bounds.to !== null) return bounds;
  return { preset: oneOf(RANGE_PRESETS, preset) ?? defaultPreset() };
}

function defaultPreset(): RangePreset {
  return 'preset' in DEFAULT_VIEW.range ? DEFAULT_VIEW.range.preset : 'all';
}

/** A day, or a moment in UTC. */
function readBound(text: string): string | null {
  const isBound = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z)?$/.test(text);
  return isBound && !Number.isNaN(Date.parse(text)) ? text : null;
}

function isOneOf<One extends string>(all: readonly One[], one: string): one is One {
  return (all as readonly string[]).includes(one);
}

function oneOf<One extends string>(all: readonly One[], one: string): One | null {
  return isOneOf(all, one) ? one : null;
}
