import { afterEach, expect, test } from '@jest/globals';
import { createRunExport, toCsv, toJson, type ExportRow } from '@refold-gateway/run-history/core';
import { stopAll } from '../support/gateway.ts';
import { startClient } from '../support/run-client.ts';
import { settled } from '../support/stores.ts';

afterEach(stopAll);

test('a list is read to its end, with the reason of each failure', async () => {
  const { client, add } = await startClient();
  const completed = add('COMPLETED', 12);
  const failed = add('ERRORED', 3);
  const file = createRunExport(client, { pageSize: 5 });
  file.start();
  const { rows, cut, totalCount, unknownReasons } = await settled(file, ({ phase }) => phase === 'ready');

  expect(rows.map(({ id }) => id)).toEqual([...completed, ...failed].toReversed());
  expect([cut, totalCount, unknownReasons]).toEqual([null, 15, 0]);
  expect(rows.filter(({ failure }) => failure !== null).map(({ id }) => id)).toEqual(failed.toReversed());
});

test('where it is cut at the limit, or by the gateway, it says where and why', async () => {
  const { client, add, gateway } = await startClient();
  add('COMPLETED', 12);
  const limited = createRunExport(client, { pageSize: 5, maxRows: 7 });
  limited.start();
  const { rows, cut } = await settled(limited, ({ phase }) => phase === 'ready');
  expect([rows.length, cut]).toEqual([
    7,
    { why: 'ROW_LIMIT', problem: null, lastCreatedAt: rows[6]?.createdAt },
  ]);

  const broken = createRunExport(client, { pageSize: 5 });
  const unwatch = broken.subscribe(() => {
    if (broken.get().rows.length === 5) void gateway.app.stop();
  });
  broken.start();
  const ended = await settled(broken, ({ phase }) => phase !== 'reading');
  unwatch();
  expect(ended).toMatchObject({ phase: 'ready', cut: { why: 'PROBLEM', problem: { code: 'NETWORK' } } });
  expect(ended.rows).toHaveLength(5);
});

const ROW: ExportRow = {
  id: '65410cf6cdf931a12d7ab009',
  name: 'Say "hi", then wave',
  status: 'ERRORED',
  rawStatus: 'ERRORED',
  createdAt: '2023-10-31T14:19:34.788Z',
  updatedAt: null,
  completedAt: null,
  durationMs: 12.5,
  environment: 'TEST',
  source: 'EVENT',
  type: 'ASYNC',
  eventId: null,
  isChild: false,
  isRerun: false,
  rerunOf: null,
  workflow: { id: 'w', name: '=HYPERLINK("http://x")', icon: null },
  application: { id: 'a', name: '  @SUM(1)', icon: null },
  failureKnown: true,
  failure: { nodeId: '1', nodeName: '-2+3', message: 'line one\nline two', code: '+1', occurredAt: null },
};

test('a table holds quotes, lines and commas, and nothing that a spreadsheet would run', () => {
  const [head = '', ...lines] = toCsv([ROW]).split('\r\n');
  expect(head.startsWith('\uFEFFid,name,status')).toBe(true);
  expect(toCsv([], { hasByteOrderMark: false }).startsWith('id,')).toBe(true);
  const text = lines.join('\r\n');
  expect(text).toContain('"Say ""hi"", then wave"');
  expect(text).toContain(`"'=HYPERLINK(""http://x"")"`);
  expect(text).toContain(`"'  @SUM(1)"`);
  expect(text).toContain(`"'-2+3"`);
  expect(text).toContain('"line one\nline two"');
  expect(text).toContain(`"'+1"`);
  expect(text).toContain(',12.5,');
});

test('a file says what it was made from', () => {
  const state = { ...createRunExport({} as never).get(), rows: [ROW], totalCount: 1 };
  const made = { filter: { workflowId: 'w' }, sort: 'DESC' as const, nowMs: 0 };
  expect(JSON.parse(toJson(state, made))).toMatchObject({
    exportedAt: '1970-01-01T00:00:00.000Z',
    filter: { workflowId: 'w' },
    totalCount: 1,
    cut: null,
    rows: [{ id: ROW.id }],
  });
});
