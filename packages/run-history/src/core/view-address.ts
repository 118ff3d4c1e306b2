import type { ExecutionStatus } from '../documents/generated.ts';
import {
  DEFAULT_VIEW,
  FILTER_SOURCES,
  FILTER_STATUSES,
  FILTER_TYPES,
  RANGE_PRESETS,
  type RangePreset,
  type RunRange,
  type RunView,
} from './view.ts';
import { DAY_MS } from './zone.ts';

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

/** The longest search, and the most applications, that the gateway takes. */
export const MAX_SEARCH = 256;
const MAX_SLUGS = 50;

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
    status: list('status').filter((one): one is ExecutionStatus => isOneOf(FILTER_STATUSES, one)),
    source: oneOf(FILTER_SOURCES, get('source')),
    type: oneOf(FILTER_TYPES, get('type')),
    workflowId: readId(get('workflow')),
    applicationSlugs: list('app').filter(isSlug).slice(0, MAX_SLUGS),
    range: readRange(get('range'), get('from'), get('to')),
    search: get('q').slice(0, MAX_SEARCH),
    sort: get('sort') === 'asc' ? 'ASC' : 'DESC',
    runId: readId(get('run')),
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
  return readBounds(from, to) ?? { preset: oneOf(RANGE_PRESETS, preset) ?? defaultPreset() };
}

/**
 * A range of two bounds, each a day or a moment in UTC, or empty: open. Null: there is neither, or no time between them.
 */
export function readBounds(from: string, to: string): Exclude<RunRange, { preset: RangePreset }> | null {
  const bounds = { from: readBound(from), to: readBound(to) };
  if (bounds.from === null && bounds.to === null) return null;
  const isEmpty = bounds.from !== null && bounds.to !== null && !isInOrder(bounds.from, bounds.to);
  return isEmpty ? null : bounds;
}

function defaultPreset(): RangePreset {
  return 'preset' in DEFAULT_VIEW.range ? DEFAULT_VIEW.range.preset : 'all';
}

/** A day that there is, or a moment in UTC, of the years 2000 to 2100: days beyond have no midnight that all clocks can tell. */
function readBound(text: string): string | null {
  const isBound = /^(?:20\d{2}|2100)-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/.test(text);
  const ms = isBound ? Date.parse(text) : Number.NaN;
  // Some readers of dates take the 31st of February for the 3rd of March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text.slice(0, 10)) ? text : null;
}

/** Whether there is time between two bounds. The day that ends a range is in it. */
function isInOrder(from: string, to: string): boolean {
  return Date.parse(from) < Date.parse(to) + (to.length === 10 ? DAY_MS : 0);
}

/** An id of a run or a workflow, as the gateway takes it. */
function readId(text: string): string | null {
  return /^[\w-]{1,128}$/.test(text) ? text : null;
}

function isSlug(text: string): boolean {
  return /^[\w.-]{1,128}$/.test(text);
}

function isOneOf<One extends string>(all: readonly One[], one: string): one is One {
  return (all as readonly string[]).includes(one);
}

function oneOf<One extends string>(all: readonly One[], one: string): One | null {
  return isOneOf(all, one) ? one : null;
}
