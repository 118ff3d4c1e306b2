/** A defect of the gateway, as a change of its text. */
export interface Mutant {
  /** What it makes wrong. */
  readonly name: string;
  readonly file: string;
  /** What must find it; the differential test unless told otherwise. */
  readonly foundBy?: 'the rows of eight accounts' | 'the answers of eight accounts';
  /** Occurs once in the file. */
  readonly text: string;
  readonly instead: string;
}

/** Defects that a test must find: the differential test, of each kind of thing that it watches, or another one. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'rows of another workflow count as those asked for',
    file: 'src/domain/row-check.ts',
    text: "['workflowId', workflowId, () => sameId(workflowId, row.workflow?.id)]",
    instead: "['workflowId', workflowId, () => 'MATCHES']",
  },
  {
    name: 'upstream is taken to apply every argument',
    file: 'src/upstream/endpoints/capability-probes.ts',
    text: 'return found === null || found.items.length === 0;',
    instead: 'return true;',
  },
  {
    name: 'a range of times includes its end',
    file: 'src/upstream/endpoints/execution-query.ts',
    text: 'end_date: isoOf(untilMs - 1)',
    instead: 'end_date: isoOf(untilMs)',
  },
  {
    name: 'the newest come first where the oldest should',
    file: 'src/upstream/endpoints/oldest-first.ts',
    text: 'wanted.end - rows.from).toReversed()',
    instead: 'wanted.end - rows.from)',
  },
  {
    name: 'a source has one spelling only',
    file: 'src/upstream/endpoints/execution-query.ts',
    text: "D1: { EVENT: 'Event', SCHEDULE: 'Schedule', API_CALL: 'API Call' }",
    instead: "D1: { EVENT: 'Event', SCHEDULE: 'Schedule', API_CALL: 'API_CALL' }",
  },
  {
    name: 'the last day of a range is without its runs where it means its start',
    file: 'src/upstream/endpoints/execution-spelling.ts',
    text: 'if (endOfRange === spelling.endOfRange) return spelled;',
    instead: 'return spelled;',
  },
  {
    name: 'a range ends a day early',
    file: 'src/upstream/endpoints/execution-query.ts',
    text: 'end_date: isNextDay ? dayAfter(endDate) : endDate }',
    instead: 'end_date: isNextDay ? dayAfter(endDate) : (startDate ?? endDate) }',
  },
  {
    name: 'numbers as text are not read',
    file: 'src/upstream/endpoints/scalar-wire.ts',
    text: "typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value",
    instead: 'value',
  },
  {
    name: 'a row that cannot be read is shown',
    file: 'src/graphql/resolvers/readable.ts',
    text: 'elements.filter(isReadable)',
    instead: 'elements.filter(() => true)',
  },
  {
    name: "the first generation's answer to a rerun is not understood",
    file: 'src/upstream/endpoints/execution-wire.ts',
    text: 'idOf(id) ?? idOf(instanceId)',
    instead: 'idOf(id)',
  },
  {
    name: 'several statuses are merged the wrong way round',
    file: 'src/lists/order.ts',
    text: 'one.id < other.id : difference < 0',
    instead: 'one.id < other.id : difference > 0',
  },
  {
    name: 'a day that a page holds in part counts as whole',
    file: 'src/upstream/endpoints/count.ts',
    text: 'fromMs > oldest',
    instead: 'fromMs > oldest - 86_400_000',
  },
  {
    name: 'a list that is watched is shared whoever watches it',
    foundBy: 'the rows of eight accounts',
    file: 'src/live/feeds.ts',
    text: 'const key = `${identity} ${nameOf(base)}`;',
    instead: 'const key = nameOf(base);',
  },
  {
    name: 'runs that are watched are read with the first sign-in that there is',
    foundBy: 'the rows of eight accounts',
    file: 'src/live/watched-runs.ts',
    text: 'const known = groups.get(identity);',
    instead: 'const known = groups.get(identity) ?? [...groups.values()][0];',
  },
  {
    name: 'cursors are good whoever made them',
    foundBy: 'the rows of eight accounts',
    file: 'src/live/cursor.ts',
    text: 'read.owner !== binding.owner',
    instead: 'read.owner === null',
  },
  {
    name: 'whole answers are remembered for whoever asks the same',
    foundBy: 'the answers of eight accounts',
    file: 'src/answers/answers.ts',
    text: 'const key = `${identity} ${String(epoch)} ${String(version)} ${kind} ${text}`;',
    instead: 'const key = text;',
  },
];
