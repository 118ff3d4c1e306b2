import { expect, test } from '@jest/globals';
import type { Execution, ExecutionFilter } from '../../src/domain/model.ts';
import { unmatchedBy, verdictsOn, type RowFacts } from '../../src/domain/row-check.ts';
import { BARE_RUN } from '../support/bare-run.ts';

const WHOLE: Execution = {
  ...BARE_RUN,
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
  [{ executionId: '65410CF6CDF931A12D7AB009' }, BARE_RUN, { executionId: MATCHES }],
  [{ executionId: 'another' }, BARE_RUN, { executionId: DIFFERS }],
  [{ workflowId: '64F7258E35B72267EDC02589' }, WHOLE, { workflowId: MATCHES }],
  [{ workflowId: '64f7258e35b72267edc02580' }, WHOLE, { workflowId: DIFFERS }],
  [{ workflowId: '64f7258e35b72267edc02589' }, BARE_RUN, { workflowId: CANNOT_TELL }],
  [{ statuses: ['RUNNING', 'ERRORED'] }, WHOLE, { status: MATCHES }],
  [{ statuses: ['RUNNING'] }, WHOLE, { status: DIFFERS }],
  [{ statuses: ['ERRORED'] }, BARE_RUN, { status: CANNOT_TELL }],
  [{ statuses: ['ERRORED'] }, { ...BARE_RUN, rawStatus: 'Partly' }, { status: CANNOT_TELL }],
  [{ source: 'EVENT' }, WHOLE, { source: MATCHES }],
  [{ source: 'SCHEDULE' }, WHOLE, { source: DIFFERS }],
  [{ source: 'EVENT' }, BARE_RUN, { source: CANNOT_TELL }],
  [{ type: 'ASYNC' }, WHOLE, { type: MATCHES }],
  [{ type: 'SYNC' }, WHOLE, { type: DIFFERS }],
  [{ type: 'SYNC' }, BARE_RUN, { type: CANNOT_TELL }],
  [{ startDate: '2023-10-31', endDate: '2023-10-31' }, WHOLE, { startDate: MATCHES, endDate: MATCHES }],
  [{ startDate: '2023-11-01', endDate: '2023-11-02' }, WHOLE, { startDate: DIFFERS, endDate: MATCHES }],
  [{ startDate: '2023-10-01', endDate: '2023-10-30' }, WHOLE, { startDate: MATCHES, endDate: DIFFERS }],
  [{ startDate: '2023-10-31' }, BARE_RUN, { startDate: CANNOT_TELL }],
  [{ workflowName: 'MESSAGE to' }, WHOLE, { workflowName: MATCHES }],
  [{ workflowName: 'channel post' }, WHOLE, { workflowName: CANNOT_TELL }],
  [{ workflowName: '^Zap.*' }, WHOLE, { workflowName: CANNOT_TELL }],
  [{ workflowName: 'invoice sync' }, WHOLE, { workflowName: DIFFERS }],
  [{ workflowName: 'message' }, BARE_RUN, { workflowName: CANNOT_TELL }],
  [{ applicationSlugs: ['slack'] }, WHOLE, { applicationSlugs: CANNOT_TELL }],
  [{ applicationSlugs: ['slack'] }, BARE_RUN, { applicationSlugs: CANNOT_TELL }, ids('a1')],
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
