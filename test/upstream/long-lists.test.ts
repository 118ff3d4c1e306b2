import { afterEach, describe, expect, test } from '@jest/globals';
import type { Moment } from '../../src/domain/moment.ts';
import { readApplications } from '../../src/upstream/endpoints/application-wire.ts';
import { readExecution, readExecutionPage } from '../../src/upstream/endpoints/execution-wire.ts';
import { readBatchPage } from '../../src/upstream/endpoints/node-wire.ts';
import { readWorkflowPage } from '../../src/upstream/endpoints/workflow-wire.ts';
import { startGateway, startServer, stopAll } from '../support/gateway.ts';

afterEach(stopAll);

const ID = '65410cf6cdf931a12d7ab009';
const MOMENT: Moment = { at: 0, date: 0 };
const listOf = (length: number, element: object) => Array.from({ length }, () => element);

const page = (docs: readonly object[]) => ({ docs, totalDocs: docs.length });
const detail = (nodes: readonly object[]) => ({ _id: ID, status: 'COMPLETED', nodes });
const application = (field: string) => (list: readonly object[]) => [{ app_id: ID, [field]: list }];

/** What reads a list, what the list is part of, and how long it may be. */
const READERS: readonly [
  what: string,
  read: (body: unknown) => unknown,
  bodyOf: (list: readonly object[]) => unknown,
  atMost: number,
][] = [
  ['executions', (body) => readExecutionPage(10)(body, MOMENT), page, 10],
  ['workflows', (body) => readWorkflowPage(10)(body, MOMENT), page, 10],
  ['batches', (body) => readBatchPage(10)(body, MOMENT), page, 10],
  ['steps', readExecution(ID), detail, 2000],
  ['applications', readApplications, (list) => list, 2000],
  ['connected accounts', readApplications, application('connected_accounts'), 1000],
];

describe('a list that is too long', () => {
  test.each(READERS)('is refused before any of it is read: %s', (_what, read, bodyOf, atMost) => {
    let looks = 0;
    const element = new Proxy(
      {},
      {
        get: () => {
          looks += 1;
          return undefined;
        },
      },
    );
    expect(() => read(bodyOf(listOf(atMost + 1, element)))).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_BAD_RESPONSE' }),
    );
    expect(looks).toBe(0);
    read(bodyOf(listOf(atMost, element)));
    expect(looks).toBeGreaterThan(0);
  });

  test('is told as such, and asked for once', async () => {
    const steps = listOf(2001, { node_id: '1', node_name: 'A step' });
    let calls = 0;
    const upstreamUrl = await startServer((_request, response) => {
      calls += 1;
      response.end(JSON.stringify(detail(steps)));
    });
    const { query } = await startGateway({ upstreamUrl });
    const { errors } = await query(`{ execution(id: "${ID}") { id nodes { id } } }`);
    const message = 'Upstream answered 2001 steps where 2000 are the most that is read';
    expect(errors).toMatchObject([{ message, extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
    expect(calls).toBe(1);
    steps.pop();
    expect((await query(`{ execution(id: "${ID}") { id nodes { id } } }`)).errors).toEqual([]);
  });
});
