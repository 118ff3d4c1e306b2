import { GatewayError } from '../domain/errors.ts';
import { endOf, holds, sliceOf, type RowReader, type Rows, type Slice } from './rows.ts';

/** How many reads may be made to find the end of a list that grows, or is not as long as upstream says. */
const MAX_READS = 12;

/**
 * The last rows of one list. The first read tells how many there are; the second is to show that they end there. Where
 * upstream does not tell, or its rows contradict it, the end is looked for.
 * @throws UPSTREAM_BAD_RESPONSE when it cannot be found within some reads
 */
export async function readEnd<T>(reader: RowReader<T>, size: number): Promise<Slice<T>> {
  const next = createGuess(size);
  let rows = await reader.read(0, size);
  for (let reads = 1; reads < MAX_READS; reads++) {
    const isEnd = rows.hasMore === false && (rows.items.length > 0 || rows.from === 0);
    const end = isEnd ? endOf(rows) : next(rows);
    const from = Math.max(0, end - size);
    if (isEnd && holds(rows, from, end - from)) return sliceOf(rows, from, end - from);
    // A row more than wanted: where it is missing, the list ends indeed.
    rows = await reader.read(from, end + 1 - from, rows.at);
  }
  throw new GatewayError(
    'UPSTREAM_BAD_RESPONSE',
    'Upstream does not tell where the list ends, so last cannot be served: read it from its start',
  );
}

/** Looks for the end of a list: says where it may be, once it is known that it is not in these rows. */
function createGuess(size: number) {
  let [low, high] = [0, Infinity];
  let step = size;
  let lastTold: number | null = null;
  return (rows: Rows<unknown>): number => {
    if (rows.items.length > 0) low = Math.max(low, endOf(rows));
    else high = Math.min(high, rows.from);
    const { told } = rows;
    if (told !== null && told !== lastTold && told > low && told < high) {
      lastTold = told;
      return told;
    }
    const guess = high < Infinity ? Math.max(high - step, (low + high) / 2) : low + step;
    step *= 8;
    return Math.max(low + 1, Math.floor(guess));
  };
}
