import { useMemo, type ReactNode } from 'react';
import type { ExecutionStatus } from '../../documents/generated.ts';
import type { Asked } from '../../hooks/use-asked.ts';
import type { RunCounts } from '../../hooks/use-overview.ts';
import { VisuallyHidden } from '../base/visually-hidden.tsx';
import { useSetting } from '../setting.tsx';
import type { RunListSlot } from '../slot.ts';
import { percentilesOf } from '../../core/percentiles.ts';

/** How many runs there are, how many of them failed, and how long those that are shown took. */
export function RunNumbers({
  counts,
  list,
}: {
  readonly counts: Asked<RunCounts>;
  readonly list: Pick<RunListSlot['list'], 'phase' | 'rows'>;
}) {
  const { messages, format, locale } = useSetting();
  const words = messages.overview;
  const { completed, failed } = useMemo(() => outcomesOf(counts.data), [counts.data]);
  const durations = useMemo(() => percentilesOf(list.rows), [list.rows]);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const ended = completed === null || failed === null ? null : completed + failed;
  const rate = ended === null || failed === null || ended === 0 ? null : failed / ended;
  const isCounting = counts.data === null && counts.phase !== 'failed';
  const isLoading = list.phase === 'loading';
  // There are upstreams that tell of no run how long it took.
  const hasDurations = durations.known > 0 || list.rows.length === 0;
  const durationsNote = isLoading ? null : words.durationsOf(durations.known, durations.total);
  return (
    <dl className="rh-numbers" aria-busy={isCounting || isLoading}>
      <Figure name={words.runs} value={format.number(counts.data?.total ?? null)} isPending={isCounting} />
      <Figure
        name={words.failureRate}
        value={rate === null ? format.number(failed) : percent.format(rate)}
        isPending={isCounting}
        note={rate === null ? null : words.failureRateOf(format.number(ended))}
        kind={(failed ?? 0) > 0 ? 'failed' : undefined}
      />
      {hasDurations && (
        <>
          <Figure
            name={words.median}
            value={format.duration(durations.p50Ms)}
            isPending={isLoading}
            note={durationsNote}
          />
          <Figure
            name={words.slowest}
            value={format.duration(durations.p95Ms)}
            isPending={isLoading}
            note={durationsNote}
          />
        </>
      )}
      {counts.data?.partial === true && <p className="rh-numbers-note">{words.partial}</p>}
    </dl>
  );
}

function Figure({
  name,
  value,
  note = null,
  isPending = false,
  kind,
}: {
  readonly name: string;
  readonly value: ReactNode;
  /** Of how many runs it is: for those who ask, since beside the figure it reads like a part of it. */
  readonly note?: string | null;
  readonly isPending?: boolean;
  readonly kind?: 'failed' | undefined;
}) {
  return (
    <div
      className="rh-figure"
      data-kind={kind}
      data-pending={isPending || undefined}
      title={note ?? undefined}
    >
      <dt>{name}</dt>
      <dd>
        <span className="rh-figure-value">{isPending ? '' : value}</span>
        {note !== null && <VisuallyHidden>{note}</VisuallyHidden>}
      </dd>
    </div>
  );
}

interface OutcomeCounts {
  readonly completed: number | null;
  readonly failed: number | null;
}

/** Null for what is not known. */
function outcomesOf(counts: RunCounts | null): OutcomeCounts {
  const countOf = (status: ExecutionStatus) =>
    counts?.byStatus.find((one) => one.status === status)?.count ?? null;
  const [errored, timedOut] = [countOf('ERRORED'), countOf('TIMED_OUT')];
  return {
    completed: countOf('COMPLETED'),
    failed: errored === null || timedOut === null ? null : errored + timedOut,
  };
}
