/** A process of viewers, told by its parent what to do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answers, Command, Report, Verdict, WatchedList } from './commands.ts';
import { judge, orderOf, sumOf, type Told } from './told.ts';
import { openViewer, Refused, type Failure, type Viewer } from './viewer.ts';

/** So many come in a second. */
const COMING_PER_SECOND = 200;
/** One who is refused comes again, so many times, each time after twice the pause. */
const TRIES = 7;
const PAUSE_MS = 1000;
/** Messages whose content is remembered: the viewers of a list get the same ones at about the same time. */
const READ_MESSAGES = 256;

interface Seat {
  readonly list: WatchedList;
  readonly viewer: Viewer;
  readonly openedAt: number;
  /** All that it was told; null: that is not kept. */
  readonly told: Told[] | null;
  /** Starts and ends since the last mark. */
  events: number;
}

interface Frame {
  readonly data?: { readonly executionsChanged: { readonly changes: readonly Change[] } } | null;
  readonly errors?: readonly Failure[];
}

interface Change {
  readonly kind: Told['kind'];
  readonly execution: {
    readonly id: string;
    readonly status: string;
    readonly createdAt: string | null;
    readonly completedAt: string | null;
  };
}

const seats = new Set<Seat>();
const troubles = new Map<string, number>();
const refusals = new Map<string, number>();
const lags = { CREATED: new Map<number, number>(), ENDED: new Map<number, number>() };
const read = new Map<string, readonly Told[]>();
let frames = 0;

/** The changes that a message tells of. */
function changesOf(text: string): readonly Told[] {
  const known = read.get(text);
  if (known !== undefined) return known;
  const { payload } = JSON.parse(text) as { readonly payload: Frame };
  for (const { extensions } of payload.errors ?? []) count(troubles, extensions?.code ?? 'NO_CODE');
  const told = (payload.data?.executionsChanged.changes ?? []).map(
    ({ kind, execution: { id, status, createdAt, completedAt } }): Told => {
      const at = kind === 'CREATED' ? createdAt : kind === 'ENDED' ? completedAt : null;
      return { kind, id, status, at: at === null ? null : Date.parse(at) };
    },
  );
  const oldest = read.size < READ_MESSAGES ? undefined : read.keys().next().value;
  if (oldest !== undefined) read.delete(oldest);
  read.set(text, told);
  return told;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function receive(seat: Seat, text: string): void {
  frames += 1;
  const told = changesOf(text);
  seat.told?.push(...told);
  const now = Date.now();
  for (const { kind, at } of told) {
    if (kind !== 'CREATED' && kind !== 'ENDED') continue;
    seat.events += 1;
    // A run joins a list of some states late: not when it began.
    const isJoining = kind === 'CREATED' && seat.list.filter?.['status'] !== undefined;
    if (at !== null && !isJoining) count(lags[kind], now - at);
  }
}

async function openOne(url: string, list: WatchedList, keeps: boolean): Promise<void> {
  const seat: Seat = {
    list,
    openedAt: Date.now(),
    told: keeps ? [] : null,
    events: 0,
    viewer: openViewer({
      url,
      list,
      onFrame: (text) => {
        receive(seat, text);
      },
      onTrouble: (code) => {
        count(troubles, code);
        seats.delete(seat);
      },
    }),
  };
  await seat.viewer.opened;
  seats.add(seat);
}

/** Opens one as clients do: whoever is refused comes again. */
async function openInTime(url: string, list: WatchedList, keeps: boolean): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await openOne(url, list, keeps);
      return;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      count(tries < TRIES ? refusals : troubles, error.code);
      if (tries === TRIES) return;
      await sleep(PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random()));
    }
  }
}

async function open(command: Extract<Command, { kind: 'open' }>): Promise<null> {
  const { urls, lists, count: wanted, keeps } = command;
  const since = performance.now();
  const opening: Promise<void>[] = [];
  for (let number = 0; number < wanted; number++) {
    await sleep(Math.max(0, since + (number * 1000) / COMING_PER_SECOND - performance.now()));
    const list = lists[number % lists.length];
    const url = urls[Math.floor(number / lists.length) % urls.length];
    if (list !== undefined && url !== undefined) opening.push(openInTime(url, list, keeps));
  }
  await Promise.all(opening);
  return null;
}

function mark(): null {
  frames = 0;
  for (const seat of seats) seat.events = 0;
  for (const counts of Object.values(lags)) counts.clear();
  return null;
}

function report(): Report {
  const events = [...seats].map((seat) => seat.events);
  return {
    open: seats.size,
    frames,
    events: events.reduce((sum, one) => sum + one, 0),
    fewest: events.reduce((least, one) => Math.min(least, one), Infinity),
    most: events.reduce((most, one) => Math.max(most, one), 0),
    lags: { CREATED: [...lags.CREATED], ENDED: [...lags.ENDED] },
    troubles: Object.fromEntries(troubles),
    refusals: Object.fromEntries(refusals),
  };
}

function judgeAll({ runs: byList }: Extract<Command, { kind: 'judge' }>): Verdict {
  const runsOf = new Map(
    Object.entries(byList).map(([name, runs]) => [name, new Map(runs.map((run) => [run.id, run]))]),
  );
  const orders = new Map<string, string>();
  let otherOrder = 0;
  const faults = [...seats].map(({ list, told, openedAt }) => {
    const runs = runsOf.get(list.name) ?? new Map<string, never>();
    const order = orderOf(told ?? [], runs);
    if (!orders.has(list.name)) orders.set(list.name, order);
    if (order !== orders.get(list.name)) otherOrder += 1;
    return judge(told ?? [], runs, openedAt);
  });
  return { ...sumOf(faults), viewers: seats.size, otherOrder };
}

function close(): null {
  for (const { viewer } of seats) viewer.close();
  seats.clear();
  return null;
}

function carryOut(command: Command): Answers[Command['kind']] | Promise<null> {
  switch (command.kind) {
    case 'open':
      return open(command);
    case 'mark':
      return mark();
    case 'report':
      return report();
    case 'judge':
      return judgeAll(command);
    case 'close':
      return close();
  }
}

process.on('message', (command: Command) => {
  void Promise.resolve(carryOut(command)).then((answer) => process.send?.(answer));
});
process.once('disconnect', () => process.exit());
