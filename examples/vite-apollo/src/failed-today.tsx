import { useRuns } from '@refold-gateway/run-history/hooks';
import { Link } from 'react-router';

/** How many runs have failed today, by the clocks of UTC. It changes when one does. */
export function FailedToday() {
  const today = new Date().toISOString().slice(0, 10);
  const { phase, rows, hasMore } = useRuns({
    filter: { status: ['ERRORED', 'TIMED_OUT'], startDate: today },
  });
  if (phase !== 'ready') return null;
  const count = hasMore ? `${String(rows.length)}+` : String(rows.length);
  return <Link to="?rh-status=ERRORED,TIMED_OUT&rh-range=today">{count} failed today</Link>;
}
