import type { Asked } from '../../hooks/use-asked.ts';
import type { RunChart } from '../../hooks/use-overview.ts';
import { Button } from '../base/button.tsx';
import { useSetting } from '../setting.tsx';

/** What has to be said of a chart: that it could not be read, or is not whole. */
export function ChartNotes({
  asked,
  isGivenUp,
}: {
  readonly asked: Asked<RunChart>;
  /** Whether counting on was given up, so that the reader is offered to ask again. */
  readonly isGivenUp: boolean;
}) {
  const { messages } = useSetting();
  const { common, overview } = messages;
  const again = (label: string) => (
    <Button size="small" variant="ghost" onClick={asked.reload} disabled={asked.isAsking}>
      {label}
    </Button>
  );
  if (asked.phase === 'failed') {
    const [problem] = asked.problems;
    const isRefused = problem?.code === 'NOT_SUPPORTED';
    const reason = problem === undefined ? undefined : common.problem[problem.code];
    return (
      <p className="rh-chart-note" role="status">
        {isRefused ? overview.noChart : (reason ?? common.otherProblem)} {!isRefused && again(common.retry)}
      </p>
    );
  }
  const missing = asked.data?.missing.length ?? 0;
  if (missing === 0 || !isGivenUp) return null;
  return (
    <p className="rh-chart-note" role="status">
      {overview.missing(missing)} {again(overview.countRest)}
    </p>
  );
}
