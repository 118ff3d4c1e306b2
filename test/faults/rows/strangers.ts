import { expect } from '@jest/globals';
import { begin, ended } from '../../support/bulk.ts';
import { DEMO, OTHER, type Answer, type Gateway } from '../../support/gateway.ts';
import { rememberingFor } from '../../support/settings.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

/** What is remembered goes on being so for as long as a row lasts. */
const REMEMBERING = rememberingFor(600_000);
const PAIRS = 200;
const WARM_UP = 20;
const TRIES = 3;
/** How far the medians may be apart. */
const ALIKE = 0.2;

/** Something that one account may ask another's things by. */
interface Door {
  readonly name: string;
  readonly text: string;
  /** As many things of OTHER's as the row needs. */
  readonly foreign: (gateway: Gateway, count: number) => Promise<readonly string[]>;
  /** Something of the same form that is nobody's, or nobody's but the caller's own. */
  readonly unknown: (nth: number, gateway: Gateway) => string | Promise<string>;
  /** Whether its owner can look at it by the same question, so that it is remembered for the owner. */
  readonly isRead?: true;
}

const idOf = (nth: number) => `f00d${nth.toString(16).padStart(20, '0')}`;
const jobIdOf = (nth: number) => `00000000-0000-4000-8000-${nth.toString(16).padStart(12, '0')}`;

const executions = async ({ sandbox }: Gateway, count: number) =>
  Promise.resolve(sandbox.addExecutions({ account: OTHER.linked_account_id, status: 'ERRORED', count }));

const jobs = async (gateway: Gateway, count: number) => {
  const ids: string[] = [];
  for (let nth = 0; nth < Math.min(count, 20); nth++) {
    const { id } = await begin(gateway, { ids: await executions(gateway, 1) }, undefined, OTHER);
    await gateway.query('query ($id: ID!) { bulkJob(id: $id, afterRevision: 1) { state } }', { id }, OTHER);
    ids.push(id);
  }
  return ids;
};

const CURSORS =
  'query ($first: Int, $after: String) { executions(first: $first, after: $after) { pageInfo { endCursor } } }';

const DOORS: readonly Door[] = [
  {
    name: 'an execution',
    text: 'query ($id: ID!) { execution(id: $id) { id status nodes { id batches { nodes { index } } } } }',
    foreign: executions,
    unknown: idOf,
    isRead: true,
  },
  {
    name: 'a filter by id',
    text: 'query ($id: ID!) { executions(filter: { executionId: $id }) { totalCount nodes { id reruns { id } } } }',
    foreign: executions,
    unknown: idOf,
    isRead: true,
  },
  {
    name: 'a stop',
    text: 'mutation ($id: ID!) { stopExecution(id: $id) { execution { id } message userErrors { code message } } }',
    foreign: executions,
    unknown: idOf,
  },
  {
    name: 'a rerun',
    text: 'mutation ($id: ID!) { rerunExecution(id: $id) { execution { id } userErrors { code message } } }',
    foreign: executions,
    unknown: idOf,
  },
  {
    name: 'a workflow',
    text: 'query ($id: ID!) { workflow(id: $id) { id name description } }',
    foreign: async ({ query }) => {
      const { data } = await query<{ workflows: { nodes: { id: string }[] } }>(
        '{ workflows(filter: { scope: PRIVATE }) { nodes { id } } }',
        {},
        OTHER,
      );
      return data.workflows.nodes.map(({ id }) => id);
    },
    unknown: idOf,
    isRead: true,
  },
  {
    name: 'a job',
    text: 'query ($id: ID!) { bulkJob(id: $id) { id state } }',
    foreign: jobs,
    unknown: jobIdOf,
    isRead: true,
  },
  {
    name: 'an abort',
    text: 'mutation ($id: ID!) { abortBulkJob(id: $id) { id state } }',
    foreign: jobs,
    unknown: jobIdOf,
  },
  {
    name: 'a cursor',
    text: 'query ($id: String) { executions(first: 1, after: $id) { nodes { id } } }',
    foreign: async ({ query }) => {
      const { data } = await query<{ executions: { pageInfo: { endCursor: string } } }>(
        CURSORS,
        { first: 1 },
        OTHER,
      );
      return [data.executions.pageInfo.endCursor];
    },
    unknown: async (_nth, { query }) => {
      const { data } = await query<{ workflows: { pageInfo: { endCursor: string } } }>(
        '{ workflows(first: 1) { pageInfo { endCursor } } }',
      );
      return data.workflows.pageInfo.endCursor;
    },
  },
];

/** What an answer says, whatever was asked for: its own id and that of the request are nobody's secret. */
function said({ data, errors, status }: Answer, id: string): string {
  const told = errors.map(({ message, path, extensions: { upstream, ...rest } }) => [
    message,
    path,
    rest,
    { ...(upstream as Record<string, unknown> | undefined), requestId: null },
  ]);
  return JSON.stringify([status, data, told]).replaceAll(id, 'ID');
}

async function startWorld(world: World): Promise<Gateway> {
  return world.gateway({ sandbox: { executions: 50, accounts: 2 }, env: REMEMBERING });
}

/** The answer and the upstream calls that it took, asked for twice. */
async function askTwice({ query, sandbox }: Gateway, text: string, id: string) {
  const asked = [];
  for (let times = 0; times < 2; times++) {
    const before = sandbox.requests().length;
    const answer = await query(text, { id });
    const calls = sandbox
      .requests()
      .slice(before)
      .map(({ method, route }) => `${method} ${route}`);
    asked.push([said(answer, id), calls, answer.extensions.upstream.calls]);
  }
  return asked;
}

function alikeRow({ name, text, foreign, unknown, isRead }: Door): Row {
  return {
    number: '30',
    fault: `somebody else's, by ${name}`,
    right: 'the same answer as for an unknown one, for the same calls',
    retries: 0,
    boundMs: null,
    run: async (world) => {
      const gateway = await startWorld(world);
      await gateway.query('{ executions { totalCount } }');
      const [theirs = ''] = await foreign(gateway, 1);
      if (isRead === true) await gateway.query(text, { id: theirs }, OTHER);
      const nobodys = await unknown(1, gateway);
      expect(await askTwice(gateway, text, theirs)).toEqual(await askTwice(gateway, text, nobodys));
      return { retries: 0 };
    },
  };
}

function hangingRow({ name, text, foreign, unknown }: Door): Row {
  return {
    number: '30',
    fault: `somebody else's, by ${name}, while Refold hangs`,
    right: 'the same answer as for an unknown one',
    retries: 1,
    boundMs: null,
    run: async (world) => {
      const gateway = await startWorld(world);
      const { query, sandbox } = gateway;
      const [theirs = ''] = await foreign(gateway, 1);
      const nobodys = await unknown(1, gateway);
      sandbox.addFault({ hang: 'before-headers', times: 100 });
      const answers = [];
      for (const id of [theirs, nobodys]) {
        const before = sandbox.requests().length;
        const asking = query(text, { id });
        // Time stands still until Refold has been asked, where it is.
        await Promise.race([asking, sandbox.until(() => sandbox.requests().length > before)]);
        answers.push(said(await world.answered(asking, 2000), id));
      }
      expect(answers[0]).toEqual(answers[1]);
      return { retries: 0 };
    },
  };
}

function timeRow({ name, text, foreign, unknown }: Door): Row {
  return {
    number: '30',
    fault: `somebody else's, by ${name}: medians of ${String(PAIRS)} pairs`,
    right: 'within a fifth of that for unknown ones',
    retries: 0,
    boundMs: null,
    isLong: true,
    run: async (world) => {
      const gateway = await world.gateway({ sandbox: { executions: 50, accounts: 2 } });
      const theirs = await foreign(gateway, PAIRS + WARM_UP);
      const apart = [];
      // A busy machine can shift one of them, and a difference that is there shows each time.
      for (let tries = 0; tries < TRIES && (apart.at(-1) ?? Infinity) > ALIKE; tries++) {
        apart.push(await measureApart(gateway, text, theirs, (nth) => unknown(nth + tries * 1000, gateway)));
      }
      expect(apart.at(-1)).toBeLessThanOrEqual(ALIKE);
      return { retries: 0 };
    },
  };
}

/** How far the medians of pairs, taken in turn, are apart, as a part of the smaller one. */
async function measureApart(
  { query }: Gateway,
  text: string,
  theirs: readonly string[],
  unknown: (nth: number) => string | Promise<string>,
): Promise<number> {
  const timesMs: [number[], number[]] = [[], []];
  for (let nth = 0; nth < PAIRS + WARM_UP; nth++) {
    const ids = [theirs[nth % theirs.length] ?? '', await unknown(nth)];
    for (const which of nth % 2 === 0 ? [0, 1] : [1, 0]) {
      const since = performance.now();
      await query(text, { id: ids[which] });
      if (nth >= WARM_UP) timesMs[which]?.push(performance.now() - since);
    }
  }
  const [one, other] = [median(timesMs[0]), median(timesMs[1])];
  return Math.abs(one - other) / Math.min(one, other);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

const NAMES: Row = {
  number: '30',
  fault: "somebody else's, by the name of a change",
  right: 'a new job, as for any other name',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const gateway = await startWorld(world);
    const theirs = await begin(
      gateway,
      { ids: await executions(gateway, 1), clientMutationId: 'secret' },
      undefined,
      OTHER,
    );
    const [id = ''] = gateway.sandbox.addExecutions({
      account: DEMO.linked_account_id,
      status: 'ERRORED',
      count: 1,
    });
    const job = await begin(gateway, { ids: [id], clientMutationId: 'secret' });
    expect(job.id).not.toBe(theirs.id);
    expect(await ended(gateway, job.id)).toMatchObject({ state: 'COMPLETED', total: 1, succeeded: 1 });
    return { retries: 0 };
  },
};

const CHANGES: Row = {
  number: '30',
  fault: "somebody else's, by a change of many",
  right: 'the same outcome as for unknown ones',
  retries: 0,
  boundMs: null,
  run: async (world) => {
    const gateway = await startWorld(world);
    const [theirs = ''] = await executions(gateway, 1);
    const { id } = await begin(gateway, { ids: [theirs, idOf(1)] });
    const { items } = await ended(gateway, id);
    const [one, other] = items.map((item) => ({ ...item, executionId: null }));
    expect(one).toEqual(other);
    return { retries: 0 };
  },
};

/** One account asks for what is another's. */
export const STRANGERS: readonly Row[] = [
  ...DOORS.flatMap((door) => [alikeRow(door), hangingRow(door), timeRow(door)]),
  NAMES,
  CHANGES,
];
