import { badInput } from './errors.ts';

/** Shows the output of a step: without what looks like secrets, and cut where it is too large. */
export type ShowOutput = (output: unknown, maxBytes: number | null) => unknown;

const DEFAULT_BYTES = 16_384;
const MAX_BYTES = 1_048_576;
/** Deeper than anything that is meant to be read. */
const MAX_DEPTH = 100;

/**
 * Builds the view of outputs. Values under keys that look like secrets are hidden, and what is too large is cut.
 * @param secretKeys parts of keys, of which only letters and digits count
 */
export function createShowOutput(secretKeys: readonly string[]): ShowOutput {
  const parts = secretKeys.map(plainOf).filter((part) => part !== '');
  const isSecret = (key: string) => {
    const plain = plainOf(key);
    return parts.some((part) => plain.includes(part));
  };

  const redact = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > MAX_DEPTH) return '[too deep]';
    if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        isSecret(key) ? '[redacted]' : redact(inner, depth + 1),
      ]),
    );
  };

  return (output, asked) => {
    const maxBytes = asked ?? DEFAULT_BYTES;
    if (maxBytes < 1 || maxBytes > MAX_BYTES) {
      throw badInput(`maxBytes must be from 1 to ${String(MAX_BYTES)}`);
    }
    if (output === null) return null;
    const shown = redact(output, 0);
    const json = Buffer.from(JSON.stringify(shown));
    if (json.length <= maxBytes) return shown;
    return { truncated: true, bytes: json.length, preview: textOf(json.subarray(0, maxBytes)) };
  };
}

/** A key without what its spelling may vary in: case, width, and whatever is neither a letter nor a digit. */
function plainOf(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Bytes as text, without a character that was cut in two. */
function textOf(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
