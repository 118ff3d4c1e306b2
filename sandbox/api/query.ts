import { UpstreamError } from './errors.ts';
import type { Generation } from './errors.ts';
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

/** Most rows that one page may have. */
const MAX_LIMIT = 10_000;
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

function parseMoment(
  params: URLSearchParams,
  name: string,
  generation: Generation,
  end: boolean,
): number | null {
  const value = single(params, name);
  if (value === null) return null;
  if (DAY.test(value) && isCalendarDay(value)) return Date.parse(value) + (end ? DAY_MS - 1 : 0);
  const day = DATE_TIME.exec(value)?.[1];
  const ms = Date.parse(value);
  if (generation !== 'd1' && day !== undefined && isCalendarDay(day) && !Number.isNaN(ms)) return ms;
  throw bad(name, generation === 'd1' ? 'a date YYYY-MM-DD' : 'a date YYYY-MM-DD or an ISO date-time');
}

/** Reads `start_date` and `end_date`: UTC days, or date-times except in D1. */
export function parseSpan(params: URLSearchParams, generation: Generation): Span {
  return {
    fromMs: parseMoment(params, 'start_date', generation, false) ?? -Infinity,
    toMs: parseMoment(params, 'end_date', generation, true) ?? Infinity,
  };
}

/** Reads `page` and `limit`. */
export function parsePage(params: URLSearchParams): Page {
  return {
    page: integer(params, 'page', 1, MAX_PAGE),
    limit: integer(params, 'limit', 10, MAX_LIMIT),
  };
}

/** Reads the query of the execution list. D1 does not know all of its parameters and ignores them. */
export function parseExecutionQuery(params: URLSearchParams, generation: Generation): ExecutionQuery {
  const d2Sources = { SCHEDULE: 'Schedule', API_CALL: 'API Call' } as const;
  const sources = { ...asSpelled(SOURCES), ...(generation === 'd1' ? {} : d2Sources) };
  const newer = generation === 'd1' ? new URLSearchParams() : params;
  return {
    ...parsePage(params),
    ascending: parseFlag(newer, 'sortAsc') ?? false,
    filter: {
      ...parseSpan(params, generation),
      status: parseChoice(params, 'status', asSpelled(FILTER_STATUSES)),
      source: parseChoice(params, 'execution_source', sources),
      type: parseChoice(params, 'execution_type', asSpelled(TYPES)),
      slugs: text(newer, 'slug')?.split(',') ?? null,
      workflowId: text(newer, 'workflow_id'),
      workflowName: text(newer, 'workflow_name'),
      executionId: text(newer, 'execution_id'),
    },
  };
}
