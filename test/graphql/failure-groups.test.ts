import { afterEach, describe, expect, test } from '@jest/globals';
import { stopAll } from '../support/gateway.ts';
import { failedRun, startOver, type OwnRun } from '../support/failing-upstream.ts';

afterEach(stopAll);

interface Group {
  readonly fingerprint: string;
  readonly message: string | null;
  readonly count: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly nodeName: string | null;
  readonly workflow: { readonly id: string; readonly name: string } | null;
  readonly sample: { readonly id: string; readonly nodes: readonly { readonly nodeId: string }[] };
  readonly executionIds: readonly string[];
}

interface Data {
  readonly executionFailures: {
    readonly groups: readonly Group[];
    readonly examined: number;
    readonly partial: boolean;
  };
}

const QUERY = `query ($filter: ExecutionFilter) {
  executionFailures(filter: $filter) {
    examined partial
    groups {
      fingerprint message count firstSeen lastSeen nodeName workflow { id name } executionIds
      sample { id nodes { nodeId } }
    }
  }
}`;

const A = { associated_workflow: { _id: 'wa', name: 'A' } };
const B = { associated_workflow: { _id: 'wb', name: 'B' } };

/** Three kinds of failure, and runs that did not fail between them. */
const RUNS: readonly OwnRun[] = [
  failedRun(1, 'No user 12', { more: A }),
  failedRun(2, { error: { message: 'channel_not_found' } }, { more: A }),
  failedRun(3, 'not this', { status: 'COMPLETED', more: A }),
  failedRun(4, 'No user 7f31', { status: 'TIMED_OUT', more: B }),
  failedRun(5, { error: 'channel_not_found' }, { more: A }),
  failedRun(6, { ok: false }, { more: B }),
  failedRun(7, 'not this', { status: 'STOPPED', more: A }),
  failedRun(8, 'no user  12345', { more: A }),
];

const idAt = (index: number) => RUNS[index]?.id;
const timeAt = (index: number) => RUNS[index]?.createdAt;
const NODES = [{ nodeId: '1' }, { nodeId: '2' }, { nodeId: '3' }];

describe('executionFailures', () => {
  test('groups failed runs by what went wrong', async () => {
    const { query, take } = await startOver(RUNS);
    const { data, errors, extensions } = await query<Data>(QUERY);
    expect(errors).toEqual([]);
    expect(data.executionFailures).toEqual({
      examined: 6,
      partial: false,
      groups: [
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          message: 'No user 12',
          count: 3,
          firstSeen: timeAt(7),
          lastSeen: timeAt(0),
          nodeName: 'Send',
          workflow: null,
          executionIds: [idAt(0), idAt(3), idAt(7)],
          sample: { id: idAt(0), nodes: NODES },
        },
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          message: 'channel_not_found',
          count: 2,
          firstSeen: timeAt(4),
          lastSeen: timeAt(1),
          nodeName: 'Send',
          workflow: { id: 'wa', name: 'A' },
          executionIds: [idAt(1), idAt(4)],
          sample: { id: idAt(1), nodes: NODES },
        },
        {
          fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          message: null,
          count: 1,
          firstSeen: timeAt(5),
          lastSeen: timeAt(5),
          nodeName: 'Send',
          workflow: { id: 'wb', name: 'B' },
          executionIds: [idAt(5)],
          sample: { id: idAt(5), nodes: NODES },
        },
      ],
    });
    expect(extensions.cost).toEqual({
      requested: 2,
      actual: 8,
      limit: 25,
      budget: expect.objectContaining({ queued: 0 }),
    });
    expect(take().filter((path) => path === '/execution')).toHaveLength(2);
  });

  test('puts of equal groups the one seen last first, and names a step only where all failed at it', async () => {
    const steps = (node_name: string) => [
      { node_id: '1', node_name, node_status: 'Errored', latest_output: 'second' },
    ];
    const runs = [
      failedRun(1, 'first'),
      failedRun(2, null, { nodes: steps('Send') }),
      failedRun(3, null, { nodes: steps('Load') }),
      failedRun(4, 'first'),
    ];
    const { query } = await startOver(runs);
    const { data } = await query<Data>(QUERY);
    expect(data.executionFailures.groups.map(({ message, nodeName }) => [message, nodeName])).toEqual([
      ['first', 'Send'],
      ['second', null],
    ]);
  });

  test('examines the newest as far as calls are left, and more when asked again', async () => {
    const runs = Array.from({ length: 60 }, (_, index) =>
      failedRun(index + 1, index < 40 ? 'new 1' : 'old 1'),
    );
    const { query, take } = await startOver(runs, { env: { CACHE_TERMINAL_MS: '3600000' } });
    for (const [examined, calls] of [
      [23, 25],
      [46, 25],
      [60, 16],
      [60, 2],
    ] as const) {
      const { data, extensions } = await query<Data>(QUERY);
      const { groups, partial, examined: told } = data.executionFailures;
      expect([told, partial]).toEqual([examined, examined < 60]);
      expect([extensions.cost?.actual, extensions.upstream.calls, take().length]).toEqual([
        calls,
        calls,
        calls,
      ]);
      expect(groups.map(({ message, count }) => [message, count])).toEqual(
        examined <= 40
          ? [['new 1', examined]]
          : [
              ['new 1', 40],
              ['old 1', examined - 40],
            ],
      );
      expect(groups.flatMap(({ executionIds }) => executionIds)).toEqual(
        runs.slice(0, examined).map(({ id }) => id),
      );
    }
  });

  test.each<[string, Record<string, unknown>, number, number]>([
    ['of one state', { status: ['TIMED_OUT'] }, 1, 1],
    ['of those that failed among others', { status: ['COMPLETED', 'ERRORED', 'RUNNING'] }, 5, 1],
    ['of none that failed', { status: ['COMPLETED', 'STOPPED'] }, 0, 0],
  ])('is %s where the filter says so', async (_what, filter, examined, requested) => {
    const { query, take } = await startOver(RUNS);
    const { data, errors, extensions } = await query<Data>(QUERY, { filter });
    expect(errors).toEqual([]);
    expect([data.executionFailures.examined, data.executionFailures.partial]).toEqual([examined, false]);
    expect([extensions.cost?.requested, take().length]).toEqual([requested, requested + examined]);
  });

  test('leaves its siblings where it fails', async () => {
    const { query } = await startOver(RUNS);
    const { data, errors } = await query<unknown>(
      '{ executionFailures(filter: { status: [QUEUED] }) { examined } executions { totalCount } }',
    );
    expect(errors).toMatchObject([{ path: ['executionFailures'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data).toEqual({ executionFailures: null, executions: { totalCount: 8 } });
  });

  test('leaves out what cannot be read, and says so', async () => {
    const { query } = await startOver([...RUNS, failedRun(9, 'No user 1', { id: '' })]);
    const { data, errors } = await query<Data>(QUERY);
    expect(errors).toMatchObject([
      { path: ['executionFailures'], extensions: { code: 'UPSTREAM_BAD_RESPONSE' } },
    ]);
    expect([data.executionFailures.examined, data.executionFailures.partial]).toEqual([6, true]);
  });

  test('has whole workflows, for what a list of them costs', async () => {
    const { query } = await startOver(RUNS);
    const { extensions } = await query(
      '{ executionFailures { groups { workflow { description } sample { workflow { name } } } } }',
    );
    expect(extensions.cost?.requested).toBe(4);
  });
});
