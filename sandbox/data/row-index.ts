import { HISTORY_STATUSES, SOURCES, TYPES } from './generate.ts';
import type { History } from './generate.ts';
import type { ExecutionFilter, Span } from '../api/query.ts';

/** The rows of a history that match a filter, oldest first, without a copy of them. */
export interface Matches {
  readonly count: number;
  /** The row number of the nth match. */
  row(nth: number): number;
}

/** Most filters of an account whose rows are remembered. */
const MAX_FILTERS = 32;
const ANY = -1;

/** The first position in [0, length) whose value is at least `least`, or `length`. */
function lowerBound(length: number, valueAt: (position: number) => number, least: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of a value in a list: ANY for null, undefined if no row of a history can have it. */
function codeOf(list: readonly string[], value: string | null): number | undefined {
  if (value === null) return ANY;
  const code = list.indexOf(value);
  return code === -1 ? undefined : code;
}

/**
 * Finds the rows of a history by filter. One scan makes the list of a filter's rows, which is then kept:
 * histories never change, so it stays right. Dates are found by bisection in that list.
 */
export class RowIndex {
  readonly #history: History;
  readonly #lists = new Map<string, Int32Array>();

  constructor(history: History) {
    this.#history = history;
  }

  /** The matching rows; `workflows` tells for each workflow number whether its rows are wanted (null: all). */
  find(filter: ExecutionFilter, workflows: readonly boolean[] | null): Matches {
    const status = codeOf(HISTORY_STATUSES, filter.status);
    const source = codeOf(SOURCES, filter.source);
    const type = codeOf(TYPES, filter.type);
    if (status === undefined || source === undefined || type === undefined) {
      return { count: 0, row: () => -1 };
    }
    if (status === ANY && source === ANY && type === ANY && workflows === null) {
      return this.#within(filter, this.#history.length, (nth) => nth);
    }
    const wanted = workflows?.map((isWanted) => (isWanted ? '1' : '0')).join('') ?? '';
    const key = [status, source, type, wanted].join(' ');
    const list = this.#lists.get(key) ?? this.#scan(status, source, type, workflows);
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > MAX_FILTERS && oldest !== undefined) this.#lists.delete(oldest);
    return this.#within(filter, list.length, (nth) => list[nth] ?? -1);
  }

  #within(span: Span, length: number, row: (nth: number) => number): Matches {
    const createdAtMs = (position: number): number => this.#history.createdAtMs[row(position)] ?? 0;
    const first = span.fromMs === -Infinity ? 0 : lowerBound(length, createdAtMs, span.fromMs);
    const end = span.toMs === Infinity ? length : lowerBound(length, createdAtMs, span.toMs + 1);
    return { count: Math.max(0, end - first), row: (nth) => row(first + nth) };
  }

  #scan(status: number, source: number, type: number, workflows: readonly boolean[] | null): Int32Array {
    const history = this.#history;
    const mask = new Uint8Array(256).fill(workflows === null ? 1 : 0);
    workflows?.forEach((isWanted, workflow) => (mask[workflow] = isWanted ? 1 : 0));
    const rows = new Int32Array(history.length);
    let count = 0;
    for (let row = 0; row < history.length; row += 1) {
      if (status !== ANY && history.status[row] !== status) continue;
      if (source !== ANY && history.source[row] !== source) continue;
      if (type !== ANY && history.type[row] !== type) continue;
      if (mask[history.workflow[row] ?? 0] !== 1) continue;
      rows[count] = row;
      count += 1;
    }
    return rows.slice(0, count);
  }
}
