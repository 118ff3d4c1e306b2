import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { GatewayError } from '../../src/domain/errors.ts';
import { readApplication } from '../../src/upstream/endpoints/application-wire.ts';
import {
  readExecution,
  readExecutionPage,
  readRerun,
  readStopped,
} from '../../src/upstream/endpoints/execution-wire.ts';
import { readWorkflow } from '../../src/upstream/endpoints/workflow-wire.ts';

// What each field reads as, said in zod's words: they are the truth that the reading by hand is held to.
const identifier = z.union([z.string().min(1), z.number().transform(String)]);
const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .transform(Number);
const anyNumber = z.union([z.number(), decimal]).pipe(z.number());
const aNumber = anyNumber.nullable().catch(null);
const aFlag = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
  .nullable()
  .catch(null);
const anId = identifier.nullable().catch(null);
const aText = z.string().nullable().catch(null);
const anInteger = anyNumber.pipe(z.int32()).nullable().catch(null);
const environments = new Map([
  ['test', 'TEST'],
  ['production', 'PRODUCTION'],
]);
const isoDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2}))?$/;
const aDate = z
  .union([z.string().regex(isoDate), z.number()])
  .transform((value) => new Date(value))
  .refine((value) => value.getUTCFullYear() >= 0 && value.getUTCFullYear() <= 9999)
  .nullable()
  .catch(null);
const anEnvironment = aText.transform((raw) => environments.get(raw ?? '') ?? null);
const embedded = z
  .object({ _id: identifier, name: aText, icon: aText })
  .transform(({ _id, name, icon }) => ({ id: _id, name, icon }))
  .nullable()
  .catch(null);
const embeddedOrId = z
  .union([
    identifier.transform((id) => ({ id })),
    z.object({ _id: identifier, name: aText, icon: aText }).transform(({ _id, name, icon }) => ({
      id: _id,
      ...(name !== null && { name }),
      ...(icon !== null && { icon }),
    })),
  ])
  .nullable()
  .catch(null);
const tags = z
  .array(anId)
  .transform((all) => all.filter((tag) => tag !== null))
  .nullable()
  .catch(null);
const account = z
  .object({ identifier: z.unknown().optional(), auth_type: aText, connectedAt: aDate, status: aText })
  .transform((row) => ({
    identifier: row.identifier ?? null,
    authType: row.auth_type,
    connectedAt: row.connectedAt,
    status: row.status,
  }));
const accounts = z
  .array(account.catch(() => ({ ...account.parse({}), isUnreadable: true })))
  .nullable()
  .catch(null);
const trigger = z
  .union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])
  .nullable()
  .catch(null);
const count = anInteger.pipe(z.number().nonnegative().nullable()).catch(null);

const ODD = [
  ...['', ' ', '0', '-0', '007', '-1.50', '1e3', '1.', '.5', '٣', '9'.repeat(400), 'NaN', 'Infinity'],
  ...['true', 'false', 'TRUE', 'test', 'production', 'TEST', 'SYNC', 'ASYNC', '__proto__', 'constructor'],
  ...['2026-01-02', '2026-13-45', '2026-01-02T03:04Z', '2026-01-02T03:04:05.678+0530', '0000-01-01'],
  ...[
    '2026-02-28T23:59:59.987Z',
    '2024-02-29T00:00:00.000Z',
    '2026-02-29T12:34:56.789Z',
    '2026-12-01T24:00:00.000Z',
  ],
  ...[
    '0999-12-31T23:59:59.999Z',
    '1000-01-01T01:02:03.004Z',
    '2026-10-31T19:08:07.065Z',
    '2026-10-00T00:00:00.000Z',
  ],
  ...['2026-01-02T03:04:05', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59-01:00', '2026-02-30', '20260102'],
  ...[0, -0, 1.5, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 1e21, 1e308, 8.64e15, 8.64e15 + 1],
  ...[253402300799999, 253402300800000, -62167219200000, -62167219200001, Number.MAX_SAFE_INTEGER + 1],
  ...[
    Infinity,
    -Infinity,
    NaN,
    true,
    false,
    null,
    undefined,
    [],
    {},
    ['test'],
    [1],
    { name: 'a' },
    { name: 1 },
  ],
  ...[{ _id: 'a' }, { _id: 7, name: 'b', icon: null }, { _id: '', name: 'c' }, { _id: null }, [{ _id: 'a' }]],
  ...[
    { _id: 'a', name: 3, icon: {} },
    { _id: ['a'] },
    { _id: Infinity },
    { _id: -0, icon: 'i' },
    { name: '' },
  ],
];
const anything = fc.oneof(
  fc.constantFrom(...ODD),
  fc.jsonValue(),
  fc.string(),
  fc.double(),
  fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
  fc.record({ _id: fc.jsonValue(), name: fc.jsonValue(), icon: fc.jsonValue() }, { requiredKeys: [] }),
);

/** What reading comes to, or that it is refused. */
function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) return REFUSED;
    throw error;
  }
}

/** What zod makes of a body. */
function truthOf(shape: z.ZodType, body: unknown): unknown {
  const { success, data } = shape.safeParse(body);
  return success ? data : REFUSED;
}

const REFUSED = 'refused';

describe('a field that reads as something, whatever it is', () => {
  test.each<[string, string, z.ZodType]>([
    ['node_name', 'name', aText],
    ['node_type', 'type', aText],
    ['node_status', 'rawStatus', aText],
    ['current_status', 'rawStatus', aText],
    ['is_batch', 'isBatch', aFlag],
    ['attempts_made', 'attempts', anInteger],
    ['maximum_attempts', 'maxAttempts', anInteger],
    ['execution_time', 'durationMs', aNumber],
    ['input_data', 'input', z.unknown().transform((value) => value ?? null)],
    ['latest_output', 'output', z.unknown().transform((value) => value ?? null)],
    ['parsed_request_curl', 'requestCurl', aText],
  ])('%s of a step reads as zod has it', (wire, domain, truth) => {
    const check = (value: unknown) => {
      const [step] = readExecution('a')({ nodes: [{ node_id: 'n', [wire]: value }] }).nodes ?? [];
      expect([value, step]).toMatchObject([value, { [domain]: truth.parse(value) }]);
    };
    for (const value of ODD) check(value);
    fc.assert(fc.property(anything, check), { numRuns: 300 });
  });

  test('a detail is one where zod finds the right id, a status or steps', () => {
    const step = z.object({ node_id: identifier }).transform(({ node_id }) => node_id);
    const shape = z
      .object({
        _id: identifier.nullish().refine((id) => id == null || id === 'a'),
        status: aText,
        completion_percentage: aNumber,
        nodes: z.array(step.nullable().catch(null)).nullable().catch(null),
      })
      .refine(({ _id, status, nodes }) => _id != null || status !== null || nodes !== null)
      .transform(({ completion_percentage, nodes }) => ({ completion: completion_percentage, nodes }));
    const check = (body: unknown) => {
      const read = outcome(() => {
        const { id, completionPercentage, nodes } = readExecution('a')(body);
        expect(id).toBe('a');
        const found = nodes?.map(({ nodeId, isUnreadable }) => (isUnreadable === true ? null : nodeId));
        return { completion: completionPercentage, nodes: found ?? null };
      });
      expect([body, read]).toEqual([body, truthOf(shape, body)]);
    };
    for (const odd of ODD) check(odd);
    for (const odd of ODD) for (const key of ['_id', 'status', 'nodes']) check({ [key]: odd });
    for (const odd of ODD) check({ _id: 'a', nodes: [{ node_id: odd }, odd] });
    const body = fc.record(
      {
        _id: fc.oneof(fc.constantFrom('a', 'b', null), anything),
        status: anything,
        completion_percentage: anything,
        nodes: fc.oneof(fc.array(fc.oneof(fc.record({ node_id: anything }), anything)), anything),
      },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(body, check), { numRuns: 1000 });
  });

  test('what a change answers reads as zod has it', () => {
    const stopped = z.object({ message: aText });
    const rerun = z
      .object({ id: anId, instanceId: anId })
      .transform(({ id, instanceId }) => id ?? instanceId)
      .pipe(z.string())
      .transform((id) => ({ id }));
    const bodies = ODD.flatMap((odd) => [
      odd,
      { message: odd },
      { id: odd },
      ...ODD.map((other) => ({ id: odd, instanceId: other })),
    ]);
    for (const body of bodies) {
      expect([body, outcome(() => readStopped(body))]).toEqual([body, truthOf(stopped, body)]);
      expect([body, outcome(() => readRerun(body))]).toEqual([body, truthOf(rerun, body)]);
    }
  });

  test.each<[string, string, z.ZodType]>([
    ['name', 'name', aText],
    ['status', 'rawStatus', aText],
    ['createdAt', 'createdAt', aDate],
    ['updatedAt', 'updatedAt', aDate],
    ['completion_time', 'completedAt', aDate],
    ['instance_execution_time', 'durationMs', aNumber],
    ['environment', 'environment', anEnvironment],
    ['config_id', 'configId', anId],
    ['associated_event_id', 'eventId', anId],
    ['linked_account_id', 'linkedAccountId', aText],
    ['is_child_instance', 'isChild', aFlag],
    ['associated_workflow', 'workflow', embedded],
    ['associated_application', 'application', embedded],
    ['type_of_execution', 'type', z.enum(['SYNC', 'ASYNC']).nullable().catch(null)],
    [
      'associated_trigger_application',
      'source',
      // Read as a source: none for an empty one, and an event for whatever is no other.
      trigger.transform((name) => (name === null || name === '' ? null : 'EVENT')),
    ],
  ])("%s of a page's row reads as zod has it", (wire, domain, truth) => {
    const read = (value: unknown) =>
      readExecutionPage(1)({ docs: [{ _id: 'a', [wire]: value }] }, { at: 0, date: 0 }).items[0];
    const check = (value: unknown) => {
      expect([value, read(value)]).toMatchObject([value, { [domain]: truth.parse(value) }]);
    };
    for (const value of ODD) check(value);
    fc.assert(fc.property(anything, check), { numRuns: 300 });
  });

  test.each<[string, string, z.ZodType]>([
    ['name', 'name', aText],
    ['icon', 'icon', aText],
    ['description', 'description', aText],
    ['slug', 'slug', aText],
    ['workflow_alias', 'alias', aText],
    ['published', 'published', aFlag],
    ['version', 'version', anInteger],
    ['environment', 'environment', anEnvironment],
    ['createdAt', 'createdAt', aDate],
    ['updatedAt', 'updatedAt', aDate],
    ['associated_application', 'application', embeddedOrId],
  ])('%s of a workflow reads as zod has it', (wire, domain, truth) => {
    const check = (value: unknown) => {
      const read = readWorkflow({ _id: 'a', [wire]: value });
      expect([value, read[domain as keyof typeof read]]).toEqual([value, truth.parse(value)]);
    };
    for (const value of ODD) check(value);
    fc.assert(fc.property(anything, check), { numRuns: 300 });
  });

  test.each<[string, string, z.ZodType]>([
    ['name', 'name', aText],
    ['icon', 'icon', aText],
    ['slug', 'slug', aText],
    ['description', 'description', aText],
    ['type', 'type', aText],
    ['auth_type', 'authType', aText],
    ['ecosystem', 'ecosystem', aText],
    ['tags', 'tags', tags],
    ['connected', 'connected', aFlag],
    ['reauth_required', 'reauthRequired', aFlag],
    ['connected_accounts', 'connectedAccounts', accounts],
  ])('%s of an application reads as zod has it', (wire, domain, truth) => {
    const check = (value: unknown) => {
      const read = readApplication({ app_id: 'a', [wire]: value });
      expect([value, read[domain as keyof typeof read]]).toEqual([value, truth.parse(value)]);
    };
    for (const value of [...ODD, ODD]) check(value);
    fc.assert(fc.property(fc.oneof(anything, fc.array(anything)), check), { numRuns: 300 });
  });

  test.each([readWorkflow, readApplication])('what has no id is refused', (read) => {
    const isGood = (_id: unknown) => anId.parse(_id) !== null;
    for (const _id of ODD.filter(isGood)) expect(read({ _id }).id).toBe(anId.parse(_id));
    for (const _id of ODD.filter((odd) => !isGood(odd))) {
      expect(() => read({ _id })).toThrow('not the shape of');
    }
    for (const body of [null, undefined, 'a', 1, true, []])
      expect(() => read(body)).toThrow('not the shape of');
  });

  test('a row of a page can be read where zod finds an id', () => {
    const check = (_id: unknown) => {
      const [row] = readExecutionPage(1)({ docs: [{ _id }] }, { at: 0, date: 0 }).items;
      const id = row?.isUnreadable === true ? null : row?.id;
      expect([_id, id]).toEqual([_id, anId.parse(_id)]);
    };
    for (const _id of ODD) check(_id);
    fc.assert(fc.property(anything, check), { numRuns: 300 });
    for (const row of ODD.filter((odd) => typeof odd !== 'object' || odd === null)) {
      expect(readExecutionPage(1)({ docs: [row] }, { at: 0, date: 0 }).items).toMatchObject([
        { isUnreadable: true },
      ]);
    }
  });

  test('a count of a page reads as zod has it', () => {
    const check = (totalDocs: unknown) => {
      const page = readExecutionPage(1)({ docs: [], totalDocs }, { at: 0, date: 0 });
      expect([totalDocs, page.total]).toEqual([totalDocs, count.parse(totalDocs)]);
    };
    for (const totalDocs of ODD) check(totalDocs);
    fc.assert(fc.property(anything, check), { numRuns: 300 });
  });
});
