/** Words of the numbers, the chart, the failures by reason, and the budget. */
export const overviewMessages = {
  title: 'Overview',
  runs: 'Runs',
  failureRate: 'Failed',
  failureRateOf: (ended: string) => `of ${ended} that completed or failed`,
  median: 'Half take up to',
  slowest: '95% take up to',
  durationsOf: (known: number, shown: number) =>
    known === shown ? `of the ${shown} shown` : `of ${known} of the ${shown} shown`,
  chart: {
    DAY: (zone: string) => `Runs by day (${zone})`,
    HOUR: (zone: string) => `Runs by hour (${zone})`,
  },
  cutTo: (days: number) => `the last ${days} days`,
  bar: (name: string, counts: string) => `${name}: ${counts}`,
  barOf: (count: string, status: string) => `${count} ${status.toLowerCase()}`,
  noRuns: 'no runs',
  notCounted: 'not counted',
  narrow: 'Select to narrow the list to it.',
  missing: (count: number) =>
    count === 1 ? 'One bar could not be counted yet.' : `${count} bars could not be counted yet.`,
  countRest: 'Count the rest',
  partial: 'Some numbers could not be counted.',
  noChart: 'The integration platform cannot count these by day.',
  legend: 'States that are shown',
  failures: {
    title: 'Why runs fail',
    summary: (examined: number, groups: number) =>
      `${examined} failed ${examined === 1 ? 'run' : 'runs'}, ${groups} ${groups === 1 ? 'reason' : 'reasons'}`,
    partial: 'Older ones were not looked at yet.',
    lookAtMore: 'Look at more',
    none: 'No failed runs in this range.',
    noReason: 'No reason is told',
    atStep: (step: string) => `at step ${step}`,
    count: (count: number) => (count === 1 ? '1 run' : `${count} runs`),
    seen: (first: string, last: string) => (first === last ? last : `${first} to ${last}`),
    runs: (reason: string) => `Runs that failed with: ${reason}`,
    all: (count: number) => `Show all ${count}`,
    fewer: 'Show fewer',
    more: (count: number) => `Show ${count} more`,
    rerun: (count: number) => (count === 1 ? 'Rerun' : `Rerun all ${count}`),
    select: 'Select in the list',
    reconnect: (application: string) =>
      `${application} has to be connected again before a rerun can succeed.`,
    reconnectButton: (application: string) => `Reconnect ${application}`,
  },
  budget: {
    title: 'Calls to the integration platform that are left',
    left: (available: string, maximum: string) => `${available} of ${maximum} calls left`,
    queued: (count: string) => `${count} waiting`,
    scope: {
      DEPLOYMENT: 'of everybody who uses this gateway',
      API_KEY: 'of everybody with this API key',
      LINKED_ACCOUNT: 'of this account',
      SESSION_TOKENS: 'of this token, not of the organisation',
    } as Readonly<Record<string, string>>,
  },
};
