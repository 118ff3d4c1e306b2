import type { BulkOutcome } from '../../documents/generated.ts';

/** Words of changes of many runs, and of files. */
export const changeMessages = {
  selected: (count: number) => (count === 1 ? '1 run selected' : `${count} runs selected`),
  allSelected: (count: string) => `All ${count} that match are selected`,
  allSelectedUncounted: 'All that match are selected',
  selectAll: (count: string) => `Select all ${count} that match`,
  selectAllUncounted: 'Select all that match',
  clear: 'Clear selection',
  bar: 'Selected runs',
  progress: 'Progress',
  RERUN: {
    button: 'Rerun',
    buttonOf: (count: number) => `Rerun ${count}`,
    title: 'Rerun runs',
    counted: (count: number) => (count === 1 ? '1 run will be run again' : `${count} runs will be run again`),
    none: 'None of these can be run again: only failed, stopped and timed-out runs can.',
    skipped: (count: number) =>
      `${count} of those selected ${count === 1 ? 'is' : 'are'} left out: only failed, stopped and timed-out runs can be run again.`,
    only: 'Of those that match, only failed, stopped and timed-out runs are run again.',
    warning:
      'Each rerun starts a new run with the original input. It makes real calls to your applications again, as the first one did.',
    start: (count: number) => (count === 1 ? 'Rerun it' : `Rerun all ${count}`),
    running: (done: number, total: number) => `Rerunning: ${done} of ${total}`,
    ended: (succeeded: number, total: number) => `${succeeded} of ${total} were started again`,
    chip: 'Show the rerun of many',
  },
  STOP: {
    button: 'Stop',
    buttonOf: (count: number) => `Stop ${count}`,
    title: 'Stop runs',
    counted: (count: number) => (count === 1 ? '1 run will be stopped' : `${count} runs will be stopped`),
    none: 'None of these is running.',
    skipped: (count: number) =>
      `${count} of those selected ${count === 1 ? 'is' : 'are'} left out: only runs that are running can be stopped.`,
    only: 'Of those that match, only runs that are running are stopped.',
    warning: 'What a run has done already stays done. A step that is on its way may still finish.',
    start: (count: number) => (count === 1 ? 'Stop it' : `Stop all ${count}`),
    running: (done: number, total: number) => `Stopping: ${done} of ${total}`,
    ended: (succeeded: number, total: number) => `${succeeded} of ${total} were asked to stop`,
    chip: 'Show the stop of many',
  },
  about: (reason: string) => `Failed with: ${reason}`,
  chosen: 'Chosen one by one',
  filter: {
    all: 'Every run of this account',
    status: (statuses: string) => `State: ${statuses}`,
    source: (source: string) => `Started by: ${source}`,
    type: (type: string) => `Type: ${type}`,
    workflow: (name: string) => `Workflow: ${name}`,
    workflowName: (name: string) => `Workflow named like: ${name}`,
    application: (names: string) => `Application: ${names}`,
    run: (id: string) => `Run: ${id}`,
    from: (moment: string) => `From ${moment}`,
    until: (moment: string) => `Until ${moment}`,
    before: (moment: string) => `Before ${moment}`,
    sources: { EVENT: 'an event', SCHEDULE: 'a schedule', API_CALL: 'a call' } as Readonly<
      Record<string, string>
    >,
  },
  frozen: 'Runs that match from now on are not part of it.',
  counting: 'Counting which runs these are…',
  starting: 'Starting…',
  abort: 'Abort',
  aborting: 'Aborting: what is on its way finishes.',
  goesOn: 'It goes on when you close this, and when you leave the page.',
  hide: 'Continue in the background',
  retry: (count: number) =>
    count === 1 ? 'Try the one that was not done again' : `Try the ${count} that were not done again`,
  resume: 'Go on',
  done: 'Done',
  states: {
    ABORTED: 'Aborted. What was not sent until then was not done.',
    INTERRUPTED: 'Interrupted: it went no further by itself. Going on sends only what was never sent.',
  },
  answerLost:
    'The answer got lost: nobody can tell whether it has begun. Going on is safe, nothing is run twice.',
  jobLost: 'The gateway does not know this change any more. Look at the runs before you do it again.',
  connectionLost: 'The connection is lost. The change goes on without it.',
  outcome: {
    PENDING: 'Waiting',
    SUCCEEDED: 'Done',
    REFUSED: 'Refused',
    FAILED: 'Not done',
    UNKNOWN: 'Not known',
    NOT_DONE: 'Not sent',
  } satisfies Record<BulkOutcome, string> as Record<BulkOutcome, string>,
  explained: {
    REFUSED: 'Its state does not allow it any more.',
    UNKNOWN: 'It was sent, and nobody can tell whether it was done. It is not sent again: look at the runs.',
    NOT_DONE: 'It was not sent.',
  } as Readonly<Record<string, string>>,
  unknownAbove: (count: number) =>
    count === 1
      ? 'Of one run nobody can tell whether it was done. It is not sent again: look at the runs.'
      : `Of ${count} runs nobody can tell whether it was done. They are not sent again: look at the runs.`,
  results: 'What became of each',
  newRun: 'New run',
  moreResults: (count: number) => `Show ${count} more`,
  after: {
    title: 'Did it help?',
    completed: (count: number) => `${count} completed`,
    failed: (count: number) => `${count} failed again`,
    open: (count: number) => `${count} still going`,
    other: (count: number) => `${count} ended otherwise`,
    unseen: (count: number) => `${count} not seen yet`,
  },
  export: {
    button: 'Export',
    csv: 'As CSV, for spreadsheets',
    json: 'As JSON, for programs',
    title: (kind: string) => `Export as ${kind}`,
    reading: (rows: string, total: string | null) =>
      total === null ? `${rows} rows` : `${rows} of ${total} rows`,
    waiting: (duration: string) => `The limit of calls is reached. It goes on in ${duration}.`,
    ready: (rows: string) => `${rows} rows are in the file.`,
    whole: 'These are all that match.',
    cut: {
      ROW_LIMIT: (rows: string) =>
        `The file ends after ${rows} rows: a file has no more. Narrow the dates for the rest.`,
      ABORTED: (rows: string) => `You ended it after ${rows} rows.`,
      PROBLEM: (rows: string) => `It was cut after ${rows} rows:`,
    },
    goesBackTo: (moment: string) => `The last row is of ${moment}.`,
    unknownReasons: (count: number) =>
      `Of ${count} failed ${count === 1 ? 'run' : 'runs'} the reason is not in it: looking up more takes too many calls.`,
    save: 'Save the file',
    saved: (name: string) => `Saved as ${name}.`,
    abort: 'End it here',
    failed: 'Nothing could be read.',
  },
};
