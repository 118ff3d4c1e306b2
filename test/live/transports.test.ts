import { afterEach, describe, expect, test } from '@jest/globals';
import type { Fault } from '../../sandbox/control/faults.ts';
import { systemClock, type Clock } from '../../src/clock.ts';
import { eventually } from '../support/eventually.ts';
import { DEMO, DEMO_SESSION, startStill, stopAll, type Gateway, type Setup } from '../support/gateway.ts';
import { aliased, nested } from '../support/hostile.ts';
import { closeSockets, connectSocket } from '../support/live-socket.ts';
import { closeStreams, openEvents, openParts, type StreamEvent } from '../support/live-streams.ts';
import { documentIdOf, trusting } from '../support/manifest.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(async () => {
  closeSockets();
  closeStreams();
  await stopAll();
});

/** What is asked, and by whom. */
interface Question {
  readonly query?: string;
  readonly documentId?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly signIn?: Readonly<Record<string, string>>;
}

/** An answer, on whatever transport. */
interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: unknown;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

type Ask = (gateway: Gateway, question: Question) => Promise<Result>;

const PATH = '/graphql/stream';
const TOKEN = 'x-graphql-event-stream-token';
const JSON_TYPE = { 'content-type': 'application/json' };

const overPost: Ask = async ({ endpoint }, { signIn = DEMO, ...question }) => {
  const body = JSON.stringify(question);
  const answer = await fetch(endpoint, { method: 'POST', headers: { ...JSON_TYPE, ...signIn }, body });
  return (await answer.json()) as Result;
};

const overSocket: Ask = async ({ url }, { signIn = DEMO, ...payload }) => {
  const client = await connectSocket(url);
  client.say({ type: 'connection_init', payload: signIn });
  const { type: begun } = await client.next().catch(() => ({ type: 'closed' }));
  if (begun === 'closed') {
    const { code, reason } = await client.closed;
    return { errors: [{ message: reason, extensions: { code: code === 4401 ? 'BAD_USER_INPUT' : code } }] };
  }
  client.say({ id: '1', type: 'subscribe', payload });
  const { type, payload: told } = await client.next();
  return type === 'error' ? { errors: told as NonNullable<Result['errors']> } : (told as Result);
};

const overEvents: Ask = async ({ url }, question) => {
  const stream = await openEvents(url, question);
  return resultOf(await stream.next());
};

const overOneConnection: Ask = async ({ url }, { signIn = DEMO, ...question }) => {
  const reserved = await fetch(`${url}${PATH}`, { method: 'PUT', headers: signIn });
  if (reserved.status !== 201) return (await reserved.json()) as Result;
  const headers = { [TOKEN]: await reserved.text() };
  const stream = await openEvents(url, { method: 'GET', path: PATH, signIn, headers });
  const body = JSON.stringify({ ...question, extensions: { operationId: '1' } });
  const asked = await fetch(`${url}${PATH}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, ...signIn, ...headers },
    body,
  });
  if (asked.status !== 202) return (await asked.json()) as Result;
  return (resultOf(await stream.next()) as { payload: Result }).payload;
};

const overParts: Ask = async ({ url }, question) => {
  const stream = await openParts(url, question);
  if (stream.headers.get('content-type')?.startsWith('multipart/') === true) {
    return ((await stream.next()) as { payload: Result }).payload;
  }
  await stream.next();
  return JSON.parse(stream.text()) as Result;
};

function resultOf(event: StreamEvent | null): Result {
  return event?.data as Result;
}

const STREAMED: readonly (readonly [name: string, ask: Ask])[] = [
  ['WebSocket', overSocket],
  ['server-sent events', overEvents],
  ['events over one connection', overOneConnection],
  ['multipart', overParts],
];

/** A rule that holds on every transport. */
interface Row {
  readonly what: string;
  readonly question: Question;
  readonly setup?: Setup;
  /** What upstream answers, where that is not what the sandbox does. */
  readonly fault?: Fault;
  /** It may be met before there is an operation to tell of in the log. */
  readonly isBefore?: true;
  readonly code: string;
  readonly message: RegExp;
}

/** In every row's variables, and in no line of the log. */
const CANARY = 'canary-4711';

const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';
const NO_EXPLORATION: Setup = { env: { EXPLORATION: 'false' } };

/** Time that breaks when a timer of that length is set. */
function brokenClock(delayMs: number): Clock {
  return {
    ...systemClock,
    after: (ms, callback) => {
      if (ms === delayMs) throw new TypeError('the clock has stopped');
      return systemClock.after(ms, callback);
    },
  };
}

const TRUSTED = 'query Total { executions { totalCount } }';
const WATCHED = 'subscription Budget { upstreamBudgetChanged { maximum } }';
/** Only these documents run; where nobody has signed in, and elsewhere. */
const ONLY: Setup = { env: await trusting([TRUSTED, WATCHED]) };

const QUERIES: readonly Row[] = [
  {
    what: 'a document that is not trusted',
    question: { query: '{ executions { nodes { id } } }' },
    setup: ONLY,
    code: 'PERSISTED_QUERY_ID_REQUIRED',
    message: /^Only documents on the list/,
  },
  {
    what: 'an id that nobody knows',
    question: { documentId: documentIdOf('{ executions { nodes { id } } }') },
    setup: ONLY,
    code: 'PERSISTED_QUERY_NOT_FOUND',
    message: /^No document is known/,
  },
  {
    what: 'the id of another document',
    question: { query: '{ executions { nodes { id } } }', documentId: documentIdOf(TRUSTED) },
    setup: ONLY,
    code: 'BAD_USER_INPUT',
    message: /^The documentId is not that of the query/,
  },
  {
    what: 'an id that is none',
    question: { documentId: 7 as unknown as string },
    setup: ONLY,
    code: 'BAD_REQUEST',
    message: /^documentId must be a string/,
  },
  {
    what: 'an id where documents have none',
    question: { documentId: documentIdOf(TRUSTED) },
    code: 'PERSISTED_QUERY_NOT_SUPPORTED',
    message: /^Documents are not asked for by documentId/,
  },
  {
    what: 'a syntax error',
    question: { query: '{ executions {' },
    code: 'GRAPHQL_PARSE_FAILED',
    message: /^Syntax Error/,
  },
  {
    what: 'a document that is too deep',
    question: { query: `{ execution(id: "${FAILED}") ${nested(21, '{ rerunOf ', '{ id }', '}')} }` },
    code: VALIDATION,
    message: /deep/,
  },
  {
    what: 'too many aliases',
    question: { query: `{ ${aliased(101, '__typename')} }` },
    code: VALIDATION,
    message: /aliases/,
  },
  {
    what: '125,000 values of a list',
    question: {
      query: 'query ($status: [ExecutionStatus!]) { executions(filter: { status: $status }) { totalCount } }',
      variables: { status: Array.from({ length: 125_000 }, () => 'ERRORED') },
    },
    setup: { env: { MAX_BODY_BYTES: '4000000' } },
    code: 'BAD_USER_INPUT',
    message: /1000 values|2500 values|values/,
  },
  {
    what: 'a cost beyond the limit',
    question: {
      query: `{ ${Array.from({ length: 26 }, (_none, nth) => `p${String(nth)}: executions(page: { number: ${String(nth + 1)} }) { nodes { id } }`).join(' ')} }`,
    },
    code: 'COST_LIMIT_EXCEEDED',
    message: /calls/,
  },
  {
    what: 'more values than an answer may have',
    question: { query: '{ executions(page: { size: 20 }) { nodes { id name status } } }' },
    setup: { env: { MAX_RESPONSE_NODES: '50' } },
    code: 'COST_LIMIT_EXCEEDED',
    message: /values/,
  },
  {
    what: 'more bytes than an answer may have',
    question: { query: '{ executions(page: { size: 50 }) { nodes { id name } } }' },
    setup: { env: { MAX_RESPONSE_BYTES: '1024' } },
    code: 'COST_LIMIT_EXCEEDED',
    message: /bytes|large/,
  },
  {
    what: 'a defect of a field',
    question: { query: '{ executions { totalCount } }' },
    setup: { env: { UPSTREAM_TIMEOUT_MS: '1999' }, clock: brokenClock(1999) },
    code: 'INTERNAL_SERVER_ERROR',
    message: /^Something went wrong here$/,
  },
  {
    what: 'a defect before anything is resolved',
    question: { query: '{ executions { totalCount } }' },
    setup: { env: { OPERATION_TIMEOUT_MS: '4999' }, clock: brokenClock(4999) },
    isBefore: true,
    code: 'INTERNAL_SERVER_ERROR',
    message: /^Something went wrong here$/,
  },
  {
    what: 'want of a sign-in',
    question: { query: '{ executions { totalCount } }', signIn: {} },
    isBefore: true,
    code: 'UNAUTHENTICATED',
    message: /^Sign in with/,
  },
  {
    what: 'two credentials',
    question: { query: '{ executions { totalCount } }', signIn: { ...DEMO, ...DEMO_SESSION } },
    isBefore: true,
    code: 'BAD_USER_INPUT',
    message: /^Sign in with either authorization or x-api-key, not with both$/,
  },
  {
    what: 'an argument that cannot be',
    question: { query: '{ executions(page: { size: 1000 }) { totalCount } }' },
    code: 'BAD_USER_INPUT',
    message: /page\.size/,
  },
  {
    what: 'a change of what cannot be an id',
    question: { query: 'mutation { stopExecution(id: "no id") { message } }' },
    code: 'BAD_USER_INPUT',
    message: /id/,
  },
  {
    what: 'an unknown field, without a hint',
    question: { query: '{ executons { totalCount } }' },
    setup: NO_EXPLORATION,
    code: VALIDATION,
    message: /^Cannot query field "executons" on type "Query"\.$/,
  },
  {
    what: 'introspection where it is off',
    question: { query: '{ __schema { types { name } } }' },
    setup: NO_EXPLORATION,
    code: VALIDATION,
    message: /^Introspection is off here$/,
  },
  {
    what: 'what upstream refuses',
    question: { query: '{ executions { totalCount } }' },
    fault: { status: 403, body: { message: 'at https://db.internal.example for tk_demo' } },
    code: 'FORBIDDEN',
    message: /^Upstream/,
  },
];

const SUBSCRIPTIONS: readonly Row[] = [
  {
    what: 'a document that is not trusted',
    question: { query: 'subscription { upstreamBudgetChanged { available } }' },
    setup: ONLY,
    code: 'PERSISTED_QUERY_ID_REQUIRED',
    message: /^Only documents on the list/,
  },
  {
    what: 'too many aliases',
    question: { query: `subscription { upstreamBudgetChanged { ${aliased(101, 'maximum')} } }` },
    code: VALIDATION,
    message: /aliases/,
  },
  {
    what: 'two fields at once',
    question: {
      query: 'subscription { upstreamBudgetChanged { maximum } executionChanged(id: "1") { id } }',
    },
    code: VALIDATION,
    message: /only one top level field/,
  },
  {
    what: 'an unknown field, without a hint',
    question: { query: 'subscription { upstreamBudgetChaned { maximum } }' },
    setup: NO_EXPLORATION,
    code: VALIDATION,
    message: /^Cannot query field "upstreamBudgetChaned" on type "Subscription"\.$/,
  },
  {
    what: 'want of a sign-in',
    question: { query: 'subscription { upstreamBudgetChanged { maximum } }', signIn: {} },
    code: 'UNAUTHENTICATED',
    message: /Sign in with|sign/i,
  },
  {
    what: 'an argument that cannot be',
    question: { query: 'subscription { executionChanged(id: "no id") { id } }' },
    code: 'BAD_USER_INPUT',
    message: /id/,
  },
];

/** What a client sees of errors. */
function seenOf({ errors = [] }: Result) {
  return errors.map(({ message, extensions }) => ({ message, code: extensions?.['code'] }));
}

async function startRow({ setup, fault }: Row): Promise<Gateway> {
  const gateway = await startStill(setup);
  if (fault !== undefined) gateway.sandbox.addFault(fault);
  return gateway;
}

function withCanary(question: Question): Question {
  return { ...question, variables: { ...question.variables, canary: CANARY } };
}

/** The lines of operations that have the code of a row. */
function linesWith({ logs }: Gateway, code: string): string[] {
  return logs.filter((line) => (JSON.parse(line) as { codes?: string[] }).codes?.includes(code));
}

describe.each(STREAMED)('%s has the rules of HTTP', (_name, ask) => {
  test.each(QUERIES.map((row) => [row.what, row] as const))('for %s', async (_what, row) => {
    const plain = await startRow(row);
    const expected = await overPost(plain, withCanary(row.question));
    const gateway = await startRow(row);

    const result = await ask(gateway, withCanary(row.question));

    expect(seenOf(expected)).toEqual([{ code: row.code, message: expect.stringMatching(row.message) }]);
    expect(seenOf(result)).toEqual(seenOf(expected));
    const isBefore = row.isBefore === true;
    const detailsOf = ({ errors }: Result) => (isBefore ? null : errors?.[0]?.extensions);
    expect(detailsOf(result)).toEqual(detailsOf(expected));
    await eventually('its line', () => isBefore || linesWith(gateway, row.code).length === 1);
    expect(gateway.logs.join('')).not.toContain(CANARY);
  });

  test.each(SUBSCRIPTIONS.map((row) => [row.what, row] as const))(
    'for a subscription, and %s',
    async (_what, row) => {
      const gateway = await startRow(row);
      const result = await ask(gateway, withCanary(row.question));
      expect(seenOf(result)).toEqual([{ code: row.code, message: expect.stringMatching(row.message) }]);
      expect(gateway.sandbox.requests()).toEqual([]);
      expect(gateway.logs.join('')).not.toContain(CANARY);
    },
  );

  test('for trusted documents, by text and by id', async () => {
    const gateway = await startStill(ONLY);
    for (const question of [{ query: TRUSTED }, { documentId: documentIdOf(TRUSTED) }]) {
      expect((await ask(gateway, question)).data).toEqual({ executions: { totalCount: expect.any(Number) } });
    }
    for (const question of [{ query: WATCHED }, { documentId: documentIdOf(WATCHED) }]) {
      expect((await ask(gateway, question)).data).toEqual({
        upstreamBudgetChanged: { maximum: expect.any(Number) },
      });
    }
  });

  test('for secrets in outputs', async () => {
    const gateway = await startStill();
    const nodes = [{ node_id: '1', latest_output: { password: 'hunter2', kept: 'kept' } }];
    gateway.sandbox.addFault({
      match: { route: 'GET /execution/{execution_id}' },
      body: JSON.stringify({ nodes }),
    });
    const result = await ask(gateway, { query: `{ execution(id: "${FAILED}") { nodes { output } } }` });
    expect(JSON.stringify(result.data)).toMatch(/kept/);
    expect(JSON.stringify(result)).not.toMatch(/hunter2/);
  });

  test('for what an answer costs', async () => {
    const gateway = await startStill();
    const result = await ask(gateway, { query: '{ executions(page: { size: 1 }) { nodes { id } } }' });
    expect(result.extensions).toMatchObject({
      cost: { requested: 1, actual: 1, limit: 25, budget: { maximum: expect.any(Number) } },
      upstream: { calls: 1, cacheHits: 0 },
    });
  });

  test('for what an event costs', async () => {
    const gateway = await startStill();
    const result = await ask(gateway, { query: 'subscription { upstreamBudgetChanged { maximum } }' });
    expect(result.extensions).toMatchObject({ cost: { actual: 0, limit: 25 }, upstream: { calls: 0 } });
  });
});
