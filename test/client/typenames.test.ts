import { InMemoryCache } from '@apollo/client';
import { afterEach, expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import {
  RunChartDocument,
  RunCountsDocument,
  RunDocument,
  RunExportDocument,
  RunFailuresDocument,
  RunReasonsDocument,
  RunsDocument,
  RunStripDocument,
  WorkflowsDocument,
} from '@refold-gateway/run-history/documents/generated';
import { startGateway, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const HOURS = {
  unit: 'HOUR',
  timeZone: 'Europe/Berlin',
  filter: { startDate: '2023-10-31', endDate: '2023-10-31' },
};

test.each([
  ['RunChart by hours', RunChartDocument, HOURS],
  ['RunChart by days', RunChartDocument, { ...HOURS, unit: 'DAY' }],
  ['RunCounts', RunCountsDocument, {}],
  ['RunFailures', RunFailuresDocument, {}],
  ['Runs', RunsDocument, { first: 100 }],
  ['RunReasons', RunReasonsDocument, { first: 100 }],
  ['RunExport', RunExportDocument, { first: 100 }],
  ['RunStrip', RunStripDocument, { workflowId: '64f7258e35b72267edc02589', size: 20 }],
  ['Workflows', WorkflowsDocument, { first: 100 }],
  ['Run', RunDocument, { id: '65410cf6cdf931a12d7ab009' }],
])('%s may be asked with the `__typename`s that caches add', async (_name, document, variables) => {
  const { query } = await startGateway();
  const text = print(new InMemoryCache().transformDocument(parse(document.toString())));
  expect(text).toContain('__typename');

  expect((await query(text, variables)).errors).toEqual([]);
});
