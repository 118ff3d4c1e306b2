import { UpstreamError } from './errors.ts';
import { MAX_LIMIT } from './traits.ts';
import type { Traits } from './traits.ts';
import { SOURCES, TYPES } from '../data/generate.ts';
import type { RunType, Source } from '../data/generate.ts';

/** The statuses of a run that a filter may name. */
export const FILTER_STATUSES = [
  'COMPLETED',
  'ERRORED',
  'RUNNING',
  'STOPPED',
  'STOPPING',
  'TIMED_OUT',
] as const;

/** The last page that may be asked for: what fits 32 bits. */
const MAX_PAGE = 2 ** 31 - 1;

export interface Page {
  readonly page: number;
  readonly limit: number;
}

/** A span of creation times in epoch ms, both ends included. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Which executions to list; null means any. */
export interface ExecutionFilter extends Span {
  readonly status: string | null;
  readonly source: Source | null;
  readonly type: RunType | null;
  readonly slugs: readonly string[] | null;
  readonly workflowId: string | null;
  readonly workflowName: string | null;
  readonly executionId: string | null;
}

export interface ExecutionQuery extends Page {
  readonly filter: ExecutionFilter;
  readonly ascending: boolean;
}

const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function bad(name: string, expected: string): UpstreamError {
  return new UpstreamError(400, `${name} must be ${expected}`);
}

/** The one value of a query parameter, or null if it was not given. */
export function single(params: URLSearchParams, name: string): string | null {
  const values = params.getAll(name);
  if (values.length > 1) throw bad(name, 'given once');
  return values[0] ?? null;
}

function text(params: URLSearchParams, name: string): string | null {
  const value = single(params, name);
  return value === '' ? null : value;
}

function integer(params: URLSearchParams, name: string, fallback: number, most: number): number {
  const value = single(params, name);
  if (value === null) return fallback;
  if (!/^[1-9]\d{0,9}$/.test(value) || Number(value) > most) {
    throw bad(name, `an integer from 1 to ${String(most)}`);
  }
  return Number(value);
}

/** Reads `true` or `false`; null if the parameter was not given. */
export function parseFlag(params: URLSearchParams, name: string): boolean | null {
  const value = single(params, name);
  if (value === null) return null;
  if (value !== 'true' && value !== 'false') throw bad(name, 'true or false');
  return value === 'true';
}

/** Reads one of some values; null for `All` and if the parameter was not given. */
export function parseChoice<T extends string>(
  params: URLSearchParams,
  name: string,
  choices: Readonly<Record<string, T>>,
): T | null {
  const value = single(params, name);
  if (value === null || value === 'All') return null;
  const choice = Object.hasOwn(choices, value) ? choices[value] : undefined;
  if (choice === undefined) throw bad(name, `one of All, ${Object.keys(choices).join(', ')}`);
  return choice;
}

/** `{ A: 'A', ... }` for a list of values that are spelled as they are. */
export function asSpelled<T extends string>(values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value) => [value, value]));
}

function isCalendarDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** What comes of the other generation's spelling; `both` knows all of them. */
function foreignSpelling(traits: Traits): 'accept' | 'reject' | 'ignore' {
  if (traits.generation === 'both') return 'accept';
  if (traits.foreignSpelling !== 'usual') return traits.foreignSpelling;
  return traits.generation === 'd1' ? 'reject' : 'accept';
}

/** The moment that a day or date-time means, of a day what is `dayMs` after its start; null if none was given. */
function parseMoment(params: URLSearchParams, name: string, traits: Traits, dayMs: number): number | null {
  const value = single(params, name);
  if (value === null) return null;
  if (DAY.test(value) && isCalendarDay(value)) return Date.parse(value) + dayMs;
  const day = DATE_TIME.exec(value)?.[1];
  const ms = Date.parse(value);
  const foreign = traits.generation === 'd1' ? foreignSpelling(traits) : 'accept';
  if (foreign === 'reject') throw bad(name, 'a date YYYY-MM-DD');
  if (day === undefined || !isCalendarDay(day) || Number.isNaN(ms)) {
    throw bad(name, 'a date YYYY-MM-DD or an ISO date-time');
  }
  return foreign === 'ignore' ? null : ms;
}

/** Reads `start_date` and `end_date`: UTC days, or date-times where they are understood. */
export function parseSpan(params: URLSearchParams, traits: Traits): Span {
  const endMs = traits.endDate === 'end' ? DAY_MS - 1 : 0;
  return {
    fromMs: parseMoment(params, 'start_date', traits, 0) ?? -Infinity,
    toMs: parseMoment(params, 'end_date', traits, endMs) ?? Infinity,
  };
}

/** Reads `page` and `limit`; a greater limit than there may be is cut. */
export function parsePage(params: URLSearchParams, traits: Traits): Page {
  return {
    page: integer(params, 'page', 1, MAX_PAGE),
    limit: Math.min(integer(params, 'limit', 10, MAX_LIMIT), traits.maxLimit),
  };
}

const D1_SOURCES = asSpelled(SOURCES);
const D2_SOURCES = { Event: 'Event', SCHEDULE: 'Schedule', API_CALL: 'API Call' } as const;

function parseSource(params: URLSearchParams, traits: Traits): Source | null {
  const name = 'execution_source';
  const own = traits.generation === 'd1' ? D1_SOURCES : D2_SOURCES;
  const foreign = foreignSpelling(traits);
  if (foreign === 'reject') return parseChoice(params, name, own);
  const source = parseChoice(params, name, { ...D1_SOURCES, ...D2_SOURCES });
  return foreign === 'ignore' && !Object.hasOwn(own, single(params, name) ?? '') ? null : source;
}

/** Reads the query of the execution list. D1 does not know all of its parameters and ignores them. */
export function parseExecutionQuery(params: URLSearchParams, traits: Traits): ExecutionQuery {
  const newer = traits.generation === 'd1' ? new URLSearchParams() : params;
  return {
    ...parsePage(params, traits),
    ascending: parseFlag(newer, 'sortAsc') ?? false,
    filter: {
      ...parseSpan(params, traits),
      status: parseChoice(params, 'status', asSpelled(FILTER_STATUSES)),
      source: parseSource(params, traits),
      type: parseChoice(params, 'execution_type', asSpelled(TYPES)),
      slugs: text(newer, 'slug')?.split(',') ?? null,
      workflowId: text(newer, 'workflow_id'),
      workflowName: text(newer, 'workflow_name'),
      executionId: text(newer, 'execution_id'),
    },
  };
}
