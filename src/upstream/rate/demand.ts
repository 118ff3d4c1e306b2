/** How much the last operation tells of the next. */
const SHARE_WEIGHT = 0.05;

/**
 * How many turns to promise to an operation: what it could need, in the measure in which others have needed it of late.
 * What is remembered needs no turn, and most operations find something.
 * @param requested upstream calls that it could need with nothing remembered
 * @param share of what they requested, what operations have needed of late
 */
export function turnsFor(requested: number, share: number): number {
  return Math.max(1, Math.ceil(requested * share));
}

/** The share after one more operation, which has used so many turns. */
export function shareAfter(share: number, requested: number, used: number): number {
  return share + (Math.min(1, used / Math.max(1, requested)) - share) * SHARE_WEIGHT;
}
