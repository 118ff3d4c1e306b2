import type { SortDirection } from '../documents/generated.ts';
import type { ExportRow } from './export-reader.ts';
import type { RunExportState } from './run-export.ts';
import type { RunFilter } from './run.ts';

/** The columns of a file, in their order. */
const COLUMNS: Readonly<Record<string, (row: ExportRow) => string | number | boolean | null>> = {
  id: (row) => row.id,
  name: (row) => row.name,
  status: (row) => row.status,
  rawStatus: (row) => row.rawStatus,
  workflowId: (row) => row.workflow?.id ?? null,
  workflow: (row) => row.workflow?.name ?? null,
  application: (row) => row.application?.name ?? null,
  source: (row) => row.source,
  type: (row) => row.type,
  environment: (row) => row.environment,
  createdAt: (row) => row.createdAt,
  completedAt: (row) => row.completedAt,
  durationMs: (row) => row.durationMs,
  isRerun: (row) => row.isRerun,
  rerunOf: (row) => row.rerunOf?.id ?? null,
  failedStep: (row) => row.failure?.nodeName ?? null,
  failureMessage: (row) => row.failure?.message ?? null,
  failureCode: (row) => row.failure?.code ?? null,
  failureKnown: (row) => row.failureKnown,
};

/** How a table is written. */
export interface CsvOptions {
  /**
   * Whether it begins with a byte order mark: true unless told otherwise. Excel takes a file without one for the
   * computer's own encoding, and garbles what is not ASCII. Some programs take the mark for a part of the first name.
   */
  readonly hasByteOrderMark?: boolean;
}

/**
 * The rows as a table, as RFC 4180 has it: names first, lines that end with CR LF, quotes doubled. What spreadsheets would
 * take for a formula begins with an apostrophe: text by strangers must not run on the reader's computer.
 */
export function toCsv(rows: readonly ExportRow[], { hasByteOrderMark = true }: CsvOptions = {}): string {
  const columns = Object.entries(COLUMNS);
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, read]) => cellOf(read(row)))),
  ].map((cells) => `${cells.join(',')}\r\n`);
  return `${hasByteOrderMark ? '\uFEFF' : ''}${lines.join('')}`;
}

/**
 * The rows and where they come from, as JSON: `exportedAt`, `filter`, `sort`, `totalCount`, `cut` (null: all that matched
 * are there), `unknownReasons` and `rows`, each as the gateway tells it.
 */
export function toJson(
  { rows, totalCount, cut, unknownReasons }: RunExportState,
  {
    filter,
    sort,
    nowMs,
  }: { readonly filter: RunFilter; readonly sort: SortDirection; readonly nowMs: number },
): string {
  const exportedAt = new Date(nowMs).toISOString();
  return JSON.stringify({ exportedAt, filter, sort, totalCount, cut, unknownReasons, rows }, null, 2);
}

function cellOf(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  // Also behind spaces, and the wide forms: there are spreadsheets that read them, too.
  const safe = /^[\s\p{Cc}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r]/u.test(value) ? `'${value}` : value;
  return /[",;\r\n\t']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
