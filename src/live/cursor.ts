import { badInput, type GatewayError } from '../domain/errors.ts';
import type { Execution } from '../domain/model.ts';
import { opaqueOf, textIn } from '../lists/opaque.ts';
import { comesBefore, keyOf, type RowKey } from '../lists/order.ts';
import { markOf, stateOf } from './run-state.ts';

/** A run that went on when a cursor was made. */
export interface OpenRun {
  readonly id: string;
  /** Its state then; see `stateMarkOf`. */
  readonly state: string;
  /** Whether the viewer was told of it. */
  readonly isTold: boolean;
}

/** How far a viewer has been told of a list. */
export interface Position {
  /** The newest run; null: there was none. */
  readonly newest: RowKey | null;
  /** From this creation time on, `near` has a mark of every run. */
  readonly nearFrom: number;
  readonly near: readonly string[];
  /** The runs that went on; null: there were too many of them. */
  readonly open: readonly OpenRun[] | null;
  /** The time of day when upstream answered what was told, epoch milliseconds; null: it is not known. */
  readonly toldAt: number | null;
}

/** What cursors are bound to. */
export interface LiveBinding {
  /** The list with its filter. */
  readonly name: string;
  /** The linked account, as `tagOf` has it. Null: nobody can tell. */
  readonly owner: string | null;
}

/** How many runs a cursor can tell of. */
const MAX_OPEN = 100;
/** How much earlier than the newest one a run may seem to have been created that is listed after it. */
const LATE_MS = 5000;
const MAX_NEAR = 32;
/** Far more than any cursor has. */
const MAX_LENGTH = 32_768;

/** What stands for a run's state in cursors. */
export function stateMarkOf(row: Execution): string {
  return markOf(stateOf(row));
}

/**
 * How far somebody has been told who has been told of these rows, the newest first. A run that claims to be from the
 * future, as of a clock that is ahead, does not count as the newest: none could come after it.
 * @param now the time of day, epoch milliseconds
 * @param told when upstream answered the newest of it, and the oldest run from which on it has every one; null: all
 */
export function positionOf(
  rows: readonly Execution[],
  open: readonly OpenRun[],
  now: number,
  told: { readonly at: number; readonly from: RowKey | null } = { at: now, from: null },
): Position {
  const keys = rows.map(keyOf);
  // Where many do, it is upstream's clock that is ahead.
  const newest = keys.slice(0, MAX_NEAR).find(({ time }) => time <= now + LATE_MS) ?? keys[0] ?? null;
  const late = keys.filter(({ time }) => time > (newest?.time ?? -Infinity) - LATE_MS);
  const near = late.slice(0, MAX_NEAR);
  const omitted = late[MAX_NEAR];
  return {
    newest,
    nearFrom: Math.max((newest?.time ?? 0) - LATE_MS, omitted?.time ?? 0, told.from?.time ?? 0) + 1,
    near: near.map(({ id }) => markOf(id)),
    open: open.length > MAX_OPEN ? null : open,
    toldAt: told.at,
  };
}

/** Whether a run was not there yet when somebody was told as far as that. */
export function isNewSince({ newest, nearFrom, near }: Position, key: RowKey): boolean {
  if (newest === null) return !near.includes(markOf(key.id));
  const isNewer = comesBefore(key, newest, 'DESC');
  if (!isNewer && key.time < nearFrom) return false;
  return key.id !== newest.id && !near.includes(markOf(key.id));
}

/** Writes a position down. The checksum ties it to its list; it is no secret and grants nothing. */
export function cursorOf({ name, owner }: LiveBinding, position: Position): string {
  const { newest, nearFrom, near, open, toldAt } = position;
  const text = JSON.stringify([
    newest === null ? null : [newest.time, newest.id],
    nearFrom,
    near.join(''),
    owner,
    open?.map(({ id, state, isTold }) => `${state}${isTold ? '+' : '-'}${id}`) ?? null,
    // Cursors of releases before have none.
    ...(toldAt === null ? [] : [toldAt]),
  ]);
  return opaqueOf(`live ${name}`, text);
}

/**
 * Reads a cursor.
 * @param argument the argument it came in, named in the error
 * @throws BAD_USER_INPUT when it was not made by `cursorOf` for this list, or is another linked account's
 */
export function readCursor(binding: LiveBinding, cursor: string, argument: string): Position {
  const read = parsed(textIn(cursor, MAX_LENGTH));
  if (read === null || cursor !== cursorOf({ name: binding.name, owner: read.owner }, read.position)) {
    throw notOfThisList(argument);
  }
  if (read.owner !== null && binding.owner !== null && read.owner !== binding.owner) {
    throw notOfThisList(argument);
  }
  return read.position;
}

/** The same for every cursor that is not good here: nobody learns whose list it is of. */
function notOfThisList(argument: string): GatewayError {
  return badInput(`${argument} is not a cursor of this list with this filter`);
}

function parsed(text: string | null): { readonly position: Position; readonly owner: string | null } | null {
  if (text === null) return null;
  try {
    const parts = JSON.parse(text) as unknown[];
    const [newest, nearFrom, near, owner, open, toldAt = null] = parts;
    if (!Number.isSafeInteger(nearFrom) || typeof near !== 'string') return null;
    if (owner !== null && typeof owner !== 'string') return null;
    if (toldAt !== null && !Number.isSafeInteger(toldAt)) return null;
    return {
      owner,
      position: {
        newest: newest === null ? null : keyFrom(newest),
        nearFrom: nearFrom as number,
        near: near.match(/.{6}/gs) ?? [],
        open: open === null ? null : (open as unknown[]).map(openRunFrom),
        toldAt: toldAt as number | null,
      },
    };
  } catch {
    return null;
  }
}

function keyFrom(value: unknown): RowKey {
  const [time, id] = value as unknown[];
  if (Number.isSafeInteger(time) && typeof id === 'string') return { time: time as number, id };
  throw new TypeError('This is no key of a row');
}

function openRunFrom(value: unknown): OpenRun {
  const [, state, sign, id] = /^(.{6})([+-])(.+)$/s.exec(String(value)) ?? [];
  if (state === undefined || id === undefined) throw new TypeError('This is no run');
  return { id, state, isTold: sign === '+' };
}
