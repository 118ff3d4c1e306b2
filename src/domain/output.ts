import { answerTooLarge } from './cost.ts';
import { badInput } from './errors.ts';
import type { Redacted, Redaction } from './redaction.ts';

/** Shows what a step was sent or gave out: without secrets, and cut where it is too large. */
export type ShowOutput = (output: unknown, maxBytes: number | null) => unknown;

const DEFAULT_BYTES = 16_384;
const MAX_BYTES = 1_048_576;
/** How much more is read than can be shown: hiding secrets makes a text shorter. */
const EXTRA_CHARS = 65_536;

/**
 * Builds the views of outputs, one for each operation, by a redaction that it is given.
 * @param maxTotalBytes how much one operation may be shown in all; beyond it, it is COST_LIMIT_EXCEEDED
 */
export function createShowOutputs(redaction: Redaction, maxTotalBytes: number): () => ShowOutput {
  const show = createShowOutput(redaction);
  return () => {
    let left = maxTotalBytes;
    /** What was shown since it was last counted: counting means writing it, and most of it surely fits. */
    let uncounted: unknown[] = [];
    let mostUncounted = 0;
    return (output, asked) => {
      // Once something has not fitted, nothing more is looked at.
      if (left === 0 && output !== null) throw answerTooLarge(maxTotalBytes);
      const { shown, mostBytes } = show(output, asked);
      if (shown === null) return null;
      uncounted.push(shown);
      mostUncounted += mostBytes;
      if (mostUncounted < left) return shown;
      const bytes = uncounted.reduce((sum: number, one) => sum + bytesOf(one), 0);
      uncounted = [];
      mostUncounted = 0;
      if (bytes > left) {
        left = 0;
        throw answerTooLarge(maxTotalBytes);
      }
      left -= bytes;
      return shown;
    };
  };
}

function createShowOutput(redaction: Redaction) {
  return (output: unknown, asked: number | null): Redacted => {
    const maxBytes = asked ?? DEFAULT_BYTES;
    if (maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw badInput(`maxBytes must be from 1 to ${String(MAX_BYTES)}`);
    }
    if (output === null) return { shown: null, mostBytes: 0 };
    const redacted = redaction.value(output, EXTRA_CHARS + maxBytes);
    if (redacted.mostBytes <= maxBytes) return redacted;
    const json = JSON.stringify(redacted.shown);
    const bytes = Buffer.byteLength(json);
    if (bytes <= maxBytes) return { shown: redacted.shown, mostBytes: bytes };
    const cut = { truncated: true, bytes, preview: textOf(Buffer.from(json).subarray(0, maxBytes)) };
    return { shown: cut, mostBytes: bytesOf(cut) };
  };
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Bytes as text, without a character that was cut in two. */
function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
