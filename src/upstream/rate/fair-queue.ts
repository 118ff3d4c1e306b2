import type { Priority } from '../operation.ts';

/** What waits in a queue. */
export interface Queued {
  /** Whose it is: tenants take turns. */
  readonly tenant: string;
  readonly priority: Priority;
  /** Its turn, where it was reserved before: it is served as if it had come then. */
  readonly round?: number | undefined;
}

/** A queue in which tenants take turns, and what somebody waits for comes before what nobody does. */
export interface FairQueue<T extends Queued> {
  readonly size: number;
  /** How many of those that somebody waits for had no turn reserved. */
  readonly unreserved: number;
  /** Adds an item; answers its position, 0 being next. */
  push(item: T): number;
  /** Lets an item have its turn that has not waited, since nobody else does. */
  pass(item: Queued): void;
  /** Reserves the next turn of a tenant, for items that come later. */
  reserve(tenant: string): number;
  /** The turn that it would be. */
  nextRound(tenant: string): number;
  /** The position that an item would get. */
  positionOf(item: Queued): number;
  /** Takes the next item. */
  shift(): T | undefined;
  /** Takes an item out, wherever it is. */
  remove(item: T): void;
  /** The item at a position, without taking it. */
  at(position: number): T | undefined;
}

/** The items of one priority, by turn. A tenant's items have turns one after the other. */
interface Lane<T> {
  readonly entries: { readonly item: T; readonly turn: number }[];
  /** The last turn given to a tenant, for those that may still have one to come. */
  readonly lastTurns: Map<string, number>;
  /** The turn that was taken last: nobody can get an earlier one. */
  turn: number;
}

function createLane<T>(): Lane<T> {
  return { entries: [], lastTurns: new Map(), turn: 0 };
}

/**
 * Builds a fair queue. An item's turn is one behind its tenant's item before it, so a tenant with a hundred items
 * and one with a single item alternate until the single one is served.
 */
export function createFairQueue<T extends Queued>(): FairQueue<T> {
  const lanes: Record<Priority, Lane<T>> = { interactive: createLane(), background: createLane() };
  const { interactive, background } = lanes;
  let unreserved = 0;

  /** Keeps count of an item that has come, or has gone. */
  const count = ({ priority, round }: Queued, change: 1 | -1) => {
    if (priority === 'interactive' && round === undefined) unreserved += change;
  };

  const positionOf = ({ tenant, priority, round }: Queued) => {
    const lane = lanes[priority];
    const place = placeOf(lane, round ?? turnOf(lane, tenant));
    return lane === interactive ? place : interactive.entries.length + place;
  };

  return {
    get size() {
      return interactive.entries.length + background.entries.length;
    },
    get unreserved() {
      return unreserved;
    },
    push: (item) => {
      const lane = lanes[item.priority];
      const position = positionOf(item);
      const turn = item.round ?? turnOf(lane, item.tenant);
      if (item.round === undefined) lane.lastTurns.set(item.tenant, turn);
      lane.entries.splice(placeOf(lane, turn), 0, { item, turn });
      count(item, 1);
      return position;
    },
    pass: ({ tenant, priority, round }) => {
      const lane = lanes[priority];
      const turn = round ?? turnOf(lane, tenant);
      if (round === undefined) lane.lastTurns.set(tenant, turn);
      take(lane, turn);
    },
    nextRound: (tenant) => turnOf(interactive, tenant),
    reserve: (tenant) => {
      const turn = turnOf(interactive, tenant);
      interactive.lastTurns.set(tenant, turn);
      return turn;
    },
    positionOf,
    shift: () => {
      const lane = interactive.entries.length > 0 ? interactive : background;
      const next = lane.entries.shift();
      if (next === undefined) return undefined;
      take(lane, next.turn);
      count(next.item, -1);
      return next.item;
    },
    remove: (item) => {
      const { entries } = lanes[item.priority];
      const place = entries.findIndex((entry) => entry.item === item);
      if (place < 0) return;
      entries.splice(place, 1);
      count(item, -1);
    },
    at: (position) => {
      const behind = position - interactive.entries.length;
      return (behind < 0 ? interactive.entries[position] : background.entries[behind])?.item;
    },
  };
}

/** A turn has been taken. */
function take<T>(lane: Lane<T>, turn: number): void {
  // What was reserved earlier may come late.
  lane.turn = Math.max(lane.turn, turn);
  forgetPast(lane);
}

/** The turn that a tenant's next item gets. */
function turnOf<T>({ lastTurns, turn }: Lane<T>, tenant: string): number {
  return Math.max(turn, (lastTurns.get(tenant) ?? turn) + 1);
}

/** Behind everything of this turn and before. */
function placeOf<T>({ entries }: Lane<T>, turn: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && entry.turn <= turn) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Drops tenants whose last turn has been taken, now and then, so that the map stays as small as the queue. */
function forgetPast<T>({ entries, lastTurns, turn }: Lane<T>): void {
  if (lastTurns.size <= 2 * entries.length + 64) return;
  for (const [tenant, last] of lastTurns) if (last <= turn) lastTurns.delete(tenant);
}
