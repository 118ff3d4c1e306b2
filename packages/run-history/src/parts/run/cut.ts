import { objectOf } from '../../core/problem.ts';

/** The most bytes of a value that the gateway shows. */
export const MOST_BYTES = 1_048_576;
/** How many it is asked for, the first time, and then each time that somebody wants more. */
export const SIZES = [16_384, 131_072, MOST_BYTES] as const;

/** A value that was cut, as the gateway says it. */
export interface Cut {
  /** The size of the whole value. */
  readonly bytes: number;
  /** The beginning of its JSON, as text. */
  readonly preview: string;
}

/** Reads a value as one that was cut; null: it was not. */
export function cutOf(value: unknown): Cut | null {
  const { truncated, bytes, preview, ...rest } = objectOf(value);
  const isCut =
    truncated === true &&
    typeof bytes === 'number' &&
    typeof preview === 'string' &&
    bytes > preview.length &&
    Object.keys(rest).length === 0;
  return isCut ? { bytes, preview } : null;
}

/** A value as a text to copy and to keep. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** How many bytes a value has as JSON. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** A way to see more of a value that was cut. */
export interface More {
  /** How much that would be at the most. */
  readonly bytes: number;
  readonly isAsking: boolean;
  readonly ask: () => void;
}

/** More than the size at this place of `SIZES`; null: there is no larger one. */
export function moreOf(size: number, isAsking: boolean, setSize: (size: number) => void): More | null {
  const bytes = SIZES[size + 1];
  return bytes === undefined
    ? null
    : {
        bytes,
        isAsking,
        ask: () => {
          setSize(size + 1);
        },
      };
}
