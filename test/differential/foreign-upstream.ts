import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { APPLICATIONS, ASKABLE, DAY_MS, type RawRow } from './raw-rows.ts';
import { toldTotal, type NewerParameter, type Traits } from './traits.ts';
import { detailOf, rowOf } from './wire-rows.ts';
import type { World } from './world.ts';

/** Says no, in upstream's words. */
class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const ROOT = '/api/v2/public';

/**
 * An upstream that is written from its documentation alone and shares nothing with the gateway or the sandbox. Each
 * linked account meets one with traits of its own.
 * @param delay is over when a request may be answered; left out: at once
 */
export async function startForeignUpstream(delay?: () => Promise<void>) {
  const worlds = new Map<string, World>();
  const server = createServer((request, response) => {
    const reply = () => {
      answer(worlds, request, response);
    };
    if (delay === undefined) reply();
    else void delay().then(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    add: (world: World) => void worlds.set(world.account, world),
    remove: ({ account }: World) => void worlds.delete(account),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function answer(
  worlds: ReadonlyMap<string, World>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const send = (status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  try {
    const world = worlds.get(String(request.headers['linked_account_id']));
    if (world === undefined) throw new Refusal(401, 'Invalid Credentials');
    world.asked.requests += 1;
    world.asked.events.emit('request');
    send(200, answerTo(world, request.method ?? '', new URL(request.url ?? '', 'http://upstream')));
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    send(status, { status_code: status, error_code: 'SERVER_ERROR', message: String(error) });
  }
}

function answerTo(world: World, method: string, { pathname, searchParams }: URL): unknown {
  const [noun, id, verb] = pathname.slice(ROOT.length + 1).split('/');
  const question = `${method} ${noun ?? ''}${id === undefined ? '' : '/id'}${verb === undefined ? '' : `/${verb}`}`;
  if (!pathname.startsWith(`${ROOT}/`)) throw new Refusal(404, 'No such route');
  if (question === 'GET execution') return pageOf(world, searchParams);
  if (question === 'GET application') {
    if (world.traits.catalogue === 'refused') throw new Refusal(401, 'Invalid Credentials');
    return APPLICATIONS.map((one) => ({ ...one, id: undefined, app_id: one.id, connected: true }));
  }
  const row = noun === 'execution' ? world.rows.find((one) => one.id === id) : undefined;
  if (row === undefined) throw new Refusal(404, 'Not found');
  if (question === 'GET execution/id') return detailOf(world, row);
  if (question === 'POST execution/id/rerun') {
    world.asked.reruns.push(row.id);
    const newId = rerunIdOf(row.id);
    return world.traits.rerun === 'D2'
      ? { status: 'success', id: newId }
      : { message: 'Execution queued', instanceId: newId };
  }
  throw new Refusal(404, 'No such route');
}

/** The run that repeats this one. */
export function rerunIdOf(id: string): string {
  return id.split('').reverse().join('');
}

/** `GET /execution`. */
function pageOf(world: World, query: URLSearchParams): unknown {
  const { traits, asked } = world;
  const number = wholeOf(query.get('page') ?? '1');
  const limit = wholeOf(query.get('limit') ?? '10');
  asked.largestLimit = Math.max(asked.largestLimit, limit);
  const rows = inOrder(narrowed(world, query), traits, query);
  const size = Math.min(limit, traits.maxLimit ?? limit);
  const docs = rows.slice((number - 1) * size, number * size);
  const total = toldTotal(traits, rows.length);
  const totalPages = Math.max(1, Math.ceil((total ?? rows.length) / size));
  const hasNextPage = number * size < rows.length;
  const envelope = {
    totalDocs: total,
    limit: traits.toldLimit === 'made' ? size : limit,
    page: number,
    totalPages,
    pagingCounter: (number - 1) * size + 1,
    hasPrevPage: number > 1,
    hasNextPage,
    prevPage: number > 1 ? number - 1 : null,
    nextPage: hasNextPage ? number + 1 : null,
  };
  const told = Object.entries(envelope)
    .filter(([field]) => ![...traits.omitted].some((one) => one === field))
    .map(([field, value]) => [field, traits.asText && value !== null ? String(value) : value]);
  return { docs: docs.map((row) => rowOf(world, row)), ...Object.fromEntries(told) };
}

function wholeOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Refusal(400, 'page and limit are whole numbers from 1');
  return Number(text);
}

/** Newest first, or the other way round where it knows that it was asked for. */
function inOrder(rows: readonly RawRow[], { ignored, ascendingTies }: Traits, query: URLSearchParams) {
  if (ignored.has('sortAsc') || query.get('sortAsc') !== 'true') return [...rows];
  const turned = rows.toReversed();
  return ascendingTies === 'turned' ? turned : rows.toSorted((one, other) => one.createdAt - other.createdAt);
}

function narrowed(world: World, query: URLSearchParams): RawRow[] {
  const { traits, rows } = world;
  const newer = (name: NewerParameter) => (traits.ignored.has(name) ? null : query.get(name));
  const tests: ((row: RawRow) => boolean)[] = [];
  const hold = (value: string | null, test: (row: RawRow, wanted: string) => boolean) => {
    if (value !== null && value !== 'All') tests.push((row) => test(row, value));
  };
  const status = query.get('status');
  if (status !== null && ![...ASKABLE, 'All'].some((one) => one === status)) {
    throw new Refusal(400, 'status must be one of the documented values');
  }
  hold(status, (row, wanted) => row.status === wanted);
  hold(sourceOf(query.get('execution_source'), traits), (row, wanted) => row.source === wanted);
  hold(query.get('execution_type'), (row, wanted) => row.type === wanted);
  hold(newer('workflow_id'), (row, wanted) => row.workflow.id === wanted);
  hold(newer('workflow_name'), (row, wanted) =>
    traits.names === 'whole'
      ? row.workflow.name === wanted
      : row.workflow.name.toLowerCase().includes(wanted.toLowerCase()),
  );
  hold(newer('execution_id'), (row, wanted) => row.id === wanted);
  hold(newer('slug'), (row, wanted) => wanted.split(',').includes(row.workflow.application.slug));
  const from = momentOf(query.get('start_date'), traits, 'start');
  const until = momentOf(query.get('end_date'), traits, traits.days === 'start' ? 'start' : 'end');
  if (from !== null) tests.push((row) => row.createdAt >= from);
  if (until !== null) tests.push((row) => row.createdAt <= until);
  return rows.filter((row) => tests.every((test) => test(row)));
}

const SPELLINGS: Readonly<Record<'D1' | 'D2', Readonly<Record<string, string>>>> = {
  D1: { Event: 'EVENT', Schedule: 'SCHEDULE', 'API Call': 'API_CALL' },
  D2: { Event: 'EVENT', SCHEDULE: 'SCHEDULE', API_CALL: 'API_CALL' },
};

/** What a spelling of a source means here; null: any. */
function sourceOf(text: string | null, { sources }: Traits): string | null {
  if (text === null || text === 'All') return null;
  const own = SPELLINGS[sources.own][text];
  if (own !== undefined) return own;
  const other = SPELLINGS[sources.own === 'D1' ? 'D2' : 'D1'][text];
  if (other === undefined || sources.other === 'refused') {
    throw new Refusal(400, 'execution_source must be one of the documented values');
  }
  if (sources.other === 'accepted') return other;
  return sources.other === 'ignored' ? null : 'no such source';
}

/** What a bound of a range means here, epoch milliseconds; null: nothing. */
function momentOf(text: string | null, { days, times }: Traits, side: 'start' | 'end'): number | null {
  if (text === null) return null;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw new Refusal(400, 'Not a date');
  if (isDay ? days === 'refused' : times === 'refused')
    throw new Refusal(422, 'Not a date of the form wanted');
  if (!isDay && times === 'ignored') return null;
  if (!isDay && times === 'honoured') return moment;
  const start = moment - (moment % DAY_MS);
  return side === 'start' ? start : start + DAY_MS - 1;
}
