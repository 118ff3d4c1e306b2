import { afterEach, expect, test } from '@jest/globals';
import { addFailed } from '../support/bulk.ts';
import { DEMO, startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const CHANGES = `subscription ($filter: ExecutionFilter, $after: String) {
  executionsChanged(filter: $filter, after: $after) {
    cursor asOf
    changes { kind execution { id status workflow { name } } }
  }
}`;
const RERUN = 'mutation ($id: ID!) { rerunExecution(id: $id) { execution { id } } }';
/** Nothing is read but for a reason. */
const NEVER = { LIVE_FAST_MS: '600000', LIVE_SLOW_MS: '600000' };

interface Event {
  readonly data: {
    readonly executionsChanged: {
      readonly cursor: string;
      readonly asOf: string;
      readonly changes: readonly {
        readonly kind: string;
        readonly execution: { readonly id: string; readonly status: string };
      }[];
    };
  };
  readonly extensions: {
    readonly cost: { readonly requested: number; readonly actual: number };
  };
}

/** A client that watches a list. */
async function watch(url: string, variables: Readonly<Record<string, unknown>> = {}) {
  const client = await openSocket(url);
  client.subscribe('1', CHANGES, variables);
  return {
    client,
    next: async (): Promise<Event> => {
      const message = await client.next();
      expect(message).toMatchObject({ id: '1', type: 'next' });
      return message.payload as Event;
    },
  };
}

test('what is run again through this gateway is told at once, and who comes back gets the rest', async () => {
  const gateway = await startGateway({ sandbox: { executions: 5 }, env: NEVER });
  const { url, query } = gateway;
  const [failed = ''] = addFailed(gateway, 1);
  const viewer = await watch(url);
  const first = await viewer.next();
  expect(first.data.executionsChanged.changes[0]).toMatchObject({
    kind: 'PRESENT',
    execution: { id: failed, status: 'ERRORED', workflow: { name: expect.any(String) } },
  });
  expect(first.extensions.cost).toMatchObject({ requested: 6, actual: 1 });

  const { data } = await query<{ rerunExecution: { execution: { id: string } } }>(
    RERUN,
    { id: failed },
    DEMO,
  );
  const second = await viewer.next();
  const { id } = data.rerunExecution.execution;
  expect(second.data.executionsChanged.changes).toMatchObject([{ kind: 'CREATED', execution: { id } }]);
  expect(second.extensions.cost.actual).toBe(0);

  const { cursor } = first.data.executionsChanged;
  const back = await watch(url, { after: cursor });
  const missed = await back.next();
  expect(missed.data.executionsChanged.changes).toMatchObject([{ kind: 'CREATED', execution: { id } }]);
  expect(missed.extensions.cost.requested).toBe(17);
});

test('a cursor of another list, and a filter that cannot be served, end the subscription alone', async () => {
  const { url } = await startGateway({ sandbox: { executions: 5 } });
  const viewer = await watch(url, { filter: { source: 'EVENT' } });
  const { cursor } = (await viewer.next()).data.executionsChanged;
  const { client } = viewer;
  client.subscribe('2', CHANGES, { after: cursor });
  expect(await client.next()).toMatchObject({
    id: '2',
    type: 'error',
    payload: [{ message: expect.stringContaining('after'), extensions: { code: 'BAD_USER_INPUT' } }],
  });
  client.subscribe('3', CHANGES, { filter: { status: ['QUEUED'] } });
  expect(await client.next()).toMatchObject({
    id: '3',
    type: 'error',
    payload: [{ extensions: { code: 'BAD_USER_INPUT' } }],
  });
  client.subscribe('4', '{ __typename }');
  expect(await client.next()).toMatchObject({ id: '4', type: 'next' });
});
