import { badInput } from './errors.ts';
import type { Redaction } from './redaction.ts';

/** Shows what a step was sent or gave out: without secrets, and cut where it is too large. */
export type ShowOutput = (output: unknown, maxBytes: number | null) => unknown;

const DEFAULT_BYTES = 16_384;
const MAX_BYTES = 1_048_576;
/** How much more is read than can be shown: hiding secrets makes a text shorter. */
const EXTRA_CHARS = 65_536;

/** Builds the view of outputs, by a redaction that it is given. */
export function createShowOutput(redaction: Redaction): ShowOutput {
  return (output, asked) => {
    const maxBytes = asked ?? DEFAULT_BYTES;
    if (maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw badInput(`maxBytes must be from 1 to ${String(MAX_BYTES)}`);
    }
    if (output === null) return null;
    const shown = redaction.value(output, EXTRA_CHARS + maxBytes);
    const json = Buffer.from(JSON.stringify(shown));
    if (json.length <= maxBytes) return shown;
    return { truncated: true, bytes: json.length, preview: textOf(json.subarray(0, maxBytes)) };
  };
}

/** Bytes as text, without a character that was cut in two. */
function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
