import { expect, test } from '@jest/globals';
import type { Execution, ExecutionFilter } from '../../src/domain/model.ts';
import { unmatchedBy, verdictsOn, type RowFacts } from '../../src/domain/row-check.ts';

/** A row of which upstream told nothing but the id. */
const BARE: Execution = {
  id: '65410cf6cdf931a12d7ab009',
  name: null,
  isNamedRerun: false,
  status: 'UNKNOWN',
  rawStatus: null,
  createdAt: null,
  updatedAt: null,
  completedAt: null,
  durationMs: null,
  environment: null,
  source: null,
  type: null,
  configId: null,
  eventId: null,
  linkedAccountId: null,
  isChild: null,
  workflow: null,
  application: null,
};
const WHOLE: Execution = {
  ...BARE,
  status: 'ERRORED',
  rawStatus: 'ERRORED',
  createdAt: new Date('2023-10-31T23:59:59.999Z'),
  source: 'EVENT',
  type: 'ASYNC',
  workflow: { id: '64f7258e35b72267edc02589', name: 'Post message to a channel' },
  application: { id: 'a1' },
};

const MATCHES = 'MATCHES';
const DIFFERS = 'DIFFERS';
const CANNOT_TELL = 'CANNOT_TELL';

test.each<[ExecutionFilter, Execution, Record<string, string>, RowFacts?]>([
  [{}, WHOLE, {}],
  [{ executionId: '65410CF6CDF931A12D7AB009' }, BARE, { executionId: MATCHES }],
  [{ executionId: 'another' }, BARE, { executionId: DIFFERS }],
  [{ workflowId: '64F7258E35B72267EDC02589' }, WHOLE, { workflowId: MATCHES }],
  [{ workflowId: '64f7258e35b72267edc02580' }, WHOLE, { workflowId: DIFFERS }],
  [{ workflowId: '64f7258e35b72267edc02589' }, BARE, { workflowId: CANNOT_TELL }],
  [{ statuses: ['RUNNING', 'ERRORED'] }, WHOLE, { status: MATCHES }],
  [{ statuses: ['RUNNING'] }, WHOLE, { status: DIFFERS }],
  [{ statuses: ['ERRORED'] }, BARE, { status: CANNOT_TELL }],
  [{ statuses: ['ERRORED'] }, { ...BARE, rawStatus: 'Partly' }, { status: CANNOT_TELL }],
  [{ source: 'EVENT' }, WHOLE, { source: MATCHES }],
  [{ source: 'SCHEDULE' }, WHOLE, { source: DIFFERS }],
  [{ source: 'EVENT' }, BARE, { source: CANNOT_TELL }],
  [{ type: 'ASYNC' }, WHOLE, { type: MATCHES }],
  [{ type: 'SYNC' }, WHOLE, { type: DIFFERS }],
  [{ type: 'SYNC' }, BARE, { type: CANNOT_TELL }],
  [{ startDate: '2023-10-31', endDate: '2023-10-31' }, WHOLE, { startDate: MATCHES, endDate: MATCHES }],
  [{ startDate: '2023-11-01', endDate: '2023-11-02' }, WHOLE, { startDate: DIFFERS, endDate: MATCHES }],
  [{ startDate: '2023-10-01', endDate: '2023-10-30' }, WHOLE, { startDate: MATCHES, endDate: DIFFERS }],
  [{ startDate: '2023-10-31' }, BARE, { startDate: CANNOT_TELL }],
  [{ workflowName: 'MESSAGE to' }, WHOLE, { workflowName: MATCHES }],
  [{ workflowName: 'channel post' }, WHOLE, { workflowName: CANNOT_TELL }],
  [{ workflowName: '^Zap.*' }, WHOLE, { workflowName: CANNOT_TELL }],
  [{ workflowName: 'invoice sync' }, WHOLE, { workflowName: DIFFERS }],
  [{ workflowName: 'message' }, BARE, { workflowName: CANNOT_TELL }],
  [{ applicationSlugs: ['slack'] }, WHOLE, { applicationSlugs: CANNOT_TELL }],
  [{ applicationSlugs: ['slack'] }, BARE, { applicationSlugs: CANNOT_TELL }, ids('a1')],
  [{ applicationSlugs: ['slack'] }, WHOLE, { applicationSlugs: MATCHES }, ids('a2', 'a1')],
  [{ applicationSlugs: ['slack'] }, WHOLE, { applicationSlugs: DIFFERS }, ids()],
])('%j', (...[filter, row, verdicts, facts]) => {
  expect(Object.fromEntries(verdictsOn(filter, row, facts))).toEqual(verdicts);
  const first = Object.entries(verdicts).find(([, verdict]) => verdict === DIFFERS);
  expect(unmatchedBy(filter, row, facts)).toBe(first?.[0] ?? null);
});

function ids(...applicationIds: string[]): RowFacts {
  return { applicationIds: new Set(applicationIds) };
}
