import { answerTooLarge } from './cost.ts';
import { badInput } from './errors.ts';
import type { Redaction } from './redaction.ts';

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
    return (output, asked) => {
      // Once something has not fitted, nothing more is looked at.
      if (left === 0 && output !== null) throw answerTooLarge(maxTotalBytes);
      const { shown, bytes } = show(output, asked);
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
  return (output: unknown, asked: number | null): { readonly shown: unknown; readonly bytes: number } => {
    const maxBytes = asked ?? DEFAULT_BYTES;
    if (maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw badInput(`maxBytes must be from 1 to ${String(MAX_BYTES)}`);
    }
    if (output === null) return { shown: null, bytes: 0 };
    const shown = redaction.value(output, EXTRA_CHARS + maxBytes);
    const json = JSON.stringify(shown);
    const bytes = Buffer.byteLength(json);
    if (bytes <= maxBytes) return { shown, bytes };
    const cut = { truncated: true, bytes, preview: textOf(Buffer.from(json).subarray(0, maxBytes)) };
    return { shown: cut, bytes: Buffer.byteLength(JSON.stringify(cut)) };
  };
}

/** Bytes as text, without a character that was cut in two. */
function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
