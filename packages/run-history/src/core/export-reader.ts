import {
  RunExportDocument,
  RunReasonsDocument,
  type RunExportQuery,
  type SortDirection,
} from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { RunClient } from './run-client.ts';
import type { RunReason } from './run-reasons.ts';
import type { RunFilter } from './run.ts';
import { isOver, waitMs } from './wait.ts';

type ExportPage = NonNullable<RunExportQuery['executions']>;

/** A row of a file: a run, and why it failed, as far as that is known. */
export type ExportRow = ExportPage['nodes'][number];

/** Reads a list for a file, a page at a time. */
export interface ExportReader {
  /** Reads as many rows behind a cursor. Null: they could not be read. */
  readonly readPage: (
    after: string | null,
    first: number,
  ) => Promise<{ readonly page: ExportPage | null; readonly problems: readonly Problem[] }>;
  /**
   * Asks for the reasons of the page behind that cursor until all are known, a question brings no more of them, or as many
   * have been found as may be.
   */
  readonly readReasons: (nodes: readonly ExportRow[], after: string | null) => Promise<readonly ExportRow[]>;
}

/** Which list, and of how many failed runs the reason may be looked up. */
interface ExportQuestion {
  readonly filter: RunFilter;
  readonly sort: SortDirection;
  readonly maxReasons: number;
}

/** Until when it waits to ask once more, and why. */
interface Waiting {
  /** In milliseconds since 1970; null: it does not wait any more. */
  readonly retryAt: number | null;
  readonly problems?: readonly Problem[];
}

/** Builds a reader. A question that is refused for a while is asked once more. */
export function createExportReader(
  client: RunClient,
  { maxReasons, ...question }: ExportQuestion,
  { signal, onWait }: { readonly signal: AbortSignal; readonly onWait: (waiting: Waiting) => void },
): ExportReader {
  let allowed = maxReasons;

  const askTwice = async <Answer extends { readonly problems: readonly Problem[] }>(
    ask: () => Promise<Answer>,
    isAnswered: (answer: Answer) => boolean,
  ): Promise<Answer> => {
    const answer = await ask();
    const pause = answer.problems.find(({ retryAfterMs }) => retryAfterMs !== null)?.retryAfterMs ?? null;
    if (isAnswered(answer) || pause === null || isOver(signal)) return answer;
    onWait({ retryAt: Date.now() + pause, problems: answer.problems });
    await waitMs(pause, signal);
    if (isOver(signal)) return answer;
    onWait({ retryAt: null });
    return ask();
  };

  const readPage: ExportReader['readPage'] = (after, first) => {
    const variables = { ...question, first, after };
    return askTwice(
      async () => {
        const { data, problems } = await client.request(RunExportDocument, variables, signal);
        return { page: data?.executions ?? null, problems };
      },
      ({ page }) => page !== null,
    );
  };

  const readReasons: ExportReader['readReasons'] = async (nodes, after) => {
    const missing = unknownIn(nodes);
    if (missing === 0 || allowed <= 0 || signal.aborted) return nodes;
    const variables = { ...question, first: nodes.length, after };
    const { found } = await askTwice(
      async () => {
        const { data, problems } = await client.request(RunReasonsDocument, variables, signal);
        return { found: data?.executions?.nodes ?? null, problems };
      },
      (answer) => answer.found !== null,
    );
    const next = withReasons(nodes, found ?? []);
    const learned = missing - unknownIn(next);
    allowed -= learned;
    return learned === 0 ? next : readReasons(next, after);
  };

  return { readPage, readReasons };
}

/** Of how many failed runs among these the reason is not known. */
export function unknownIn(rows: readonly ExportRow[]): number {
  return rows.filter(({ failureKnown }) => !failureKnown).length;
}

function withReasons(rows: readonly ExportRow[], found: readonly RunReason[]): readonly ExportRow[] {
  const known = new Map(found.filter(({ failureKnown }) => failureKnown).map((one) => [one.id, one]));
  return rows.map((row) => {
    const reason = known.get(row.id);
    return row.failureKnown || reason === undefined
      ? row
      : { ...row, failureKnown: true, failure: reason.failure };
  });
}
