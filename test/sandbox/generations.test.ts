import { expect, test } from '@jest/globals';

import { ask, FAILED, list, sandboxWith, type Row } from '../support/sandbox.ts';

const D1_FIELDS = [
  '_id',
  'associated_application',
  'associated_event_id',
  'associated_workflow',
  'config_id',
  'createdAt',
  'environment',
  'name',
  'status',
];
const D2_FIELDS = [
  'org_id',
  'linked_account_id',
  'trigger_application_event',
  'type_of_execution',
  'updatedAt',
];
const D2_ONLY_QUERIES = [
  'slug=slack',
  'workflow_id=nothing',
  'workflow_name=nothing',
  'execution_id=nothing',
  'sortAsc=true',
  'sortAsc=maybe',
];

function unknownTo(fields: readonly string[], row: Row): string[] {
  return Object.keys(row).filter((name) => !fields.includes(name));
}

function isNewer(row: Row): boolean {
  return D2_FIELDS.every((name) => name in row);
}

test('both: the newer rows have the newer fields, the old ones and the document’s only those of D1', async () => {
  const sandbox = await sandboxWith();
  const [document, ...rows] = (await list(sandbox, 'limit=250')).docs;
  expect(document && unknownTo(D1_FIELDS, document)).toEqual([]);
  const newer = rows.filter(isNewer);
  expect(newer.length).toBeGreaterThan(100);
  const old = rows.slice(newer.length);
  expect(old.length).toBeGreaterThan(50);
  expect(old.flatMap((row) => unknownTo(D1_FIELDS, row))).toEqual([]);
  const triggers = newer.map((row) => row['trigger_application_event']);
  expect(triggers).toEqual(expect.arrayContaining(['Schedule', 'API Call', 'Deal Updated', 'Row Added']));
  expect(newer.filter((row) => 'execution_source' in row)).toEqual([]);
});

test('a newer row tells when it ended and how long it took, once it has', async () => {
  const sandbox = await sandboxWith();
  const running = (await list(sandbox, 'status=RUNNING&limit=1')).docs[0];
  expect(running).not.toHaveProperty('completion_time');
  const ended = (await list(sandbox, 'status=COMPLETED&limit=1&execution_source=Event')).docs[0];
  expect(ended).toMatchObject({
    org_id: expect.stringMatching(/^[0-9a-f]{24}$/),
    linked_account_id: 'demo@example.com',
    trigger_application_event: expect.stringMatching(/^[A-Z]\w+ [A-Z]\w+/),
    is_child_instance: false,
    executed_by_thanos: expect.any(Boolean),
    associated_trigger_application: ended?.['associated_application'],
    associated_event_id: expect.stringMatching(/^[0-9a-f]{24}$/),
  });
  const tookMs = Date.parse(String(ended?.['completion_time'])) - Date.parse(String(ended?.createdAt));
  expect(ended?.['instance_execution_time']).toBe(tookMs);
  const scheduled = (await list(sandbox, 'execution_source=Schedule&limit=1')).docs[0];
  expect(scheduled).toMatchObject({
    trigger_application_event: 'Schedule',
    associated_trigger_application: { name: 'Schedule' },
  });
});

test('d1: no newer field, no newer filter, days only, the whole envelope', async () => {
  const sandbox = await sandboxWith({ generation: 'd1' });
  const all = await list(sandbox, 'limit=250');
  expect(all.docs.flatMap((row) => unknownTo(D1_FIELDS, row))).toEqual([]);
  expect(all).toMatchObject({ pagingCounter: 1, prevPage: null, nextPage: null });
  const ignored = await Promise.all(D2_ONLY_QUERIES.map((query) => list(sandbox, `limit=250&${query}`)));
  expect(ignored).toEqual(D2_ONLY_QUERIES.map(() => all));
  const refused = ['start_date=2023-10-01T00:00:00Z', 'execution_source=SCHEDULE'];
  const replies = await Promise.all(refused.map((query) => ask(sandbox, `/execution?${query}`)));
  expect(replies.map((reply) => reply.status)).toEqual([400, 400]);
  expect((await list(sandbox, 'execution_source=Schedule')).totalDocs).toBeGreaterThan(0);
});

test('d2: newer fields in every row, its spellings, a shorter envelope', async () => {
  const sandbox = await sandboxWith({ generation: 'd2' });
  const body = await list(sandbox, 'limit=250&page=1');
  expect(body.docs.every(isNewer)).toBe(true);
  const triggers = body.docs.map((row) => row['trigger_application_event']);
  expect(triggers).toEqual(
    expect.arrayContaining(['Schedule', 'API_CALL', 'New Contact Created', 'Row Added']),
  );
  expect(body.docs.filter((row) => 'execution_source' in row)).toEqual([]);
  expect(Object.keys(body).sort()).toEqual(
    ['docs', 'hasNextPage', 'hasPrevPage', 'limit', 'page', 'totalDocs', 'totalPages'].sort(),
  );
  expect(await list(sandbox, 'execution_source=API%20Call')).toEqual(
    await list(sandbox, 'execution_source=API_CALL'),
  );
});

test('the detail of an execution has its id, except in d2', async () => {
  const id = FAILED;
  const sandboxes = await Promise.all(
    (['both', 'd1', 'd2'] as const).map((generation) => sandboxWith({ generation })),
  );
  const details = await Promise.all(sandboxes.map((sandbox) => ask<Row>(sandbox, `/execution/${id}`)));
  expect(details.map((detail) => detail.body._id)).toEqual([id, id, undefined]);
  expect(details.map((detail) => detail.body['status'])).toEqual(['ERRORED', 'ERRORED', 'ERRORED']);
});

test('errors have D1’s body, and D2’s in d2', async () => {
  const [both, d2] = [await sandboxWith(), await sandboxWith({ generation: 'd2' })];
  const error = { status_code: 404, http_error_type: 'NOT_FOUND', message: 'Execution not found' };
  expect((await ask(both, '/execution/nothing')).body).toEqual({
    ...error,
    error_code: 'SERVER_ERROR',
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect((await ask(d2, '/execution/nothing')).body).toEqual({ ...error, error: 'SERVER_ERROR' });
  expect((await ask(d2, `/execution/${FAILED}/nodes/1/batches`)).body).toEqual({
    message: 'Batches are only supported for batch nodes',
    error: 'NOT_IMPLEMENTED',
  });
});
