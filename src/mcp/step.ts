import { z } from 'zod';
import type { StepFragment } from './generated.ts';
import { shortened, shortText } from './texts.ts';

/** What is asked of every step. */
export const STEP = /* GraphQL */ `
  fragment Step on ExecutionNode {
    id
    nodeId
    name
    type
    status
    rawStatus
    isBatch
    attempts
    maxAttempts
    durationMs
  }
`;

/** The same as a tool tells it. */
export const step = z.object({
  id: z.string().describe('What `get_step` takes as `stepId`.'),
  nodeId: shortText,
  name: shortText,
  type: shortText,
  status: z.string(),
  rawStatus: shortText,
  isBatch: z.boolean().nullable(),
  attempts: z.number().nullable(),
  maxAttempts: z.number().nullable(),
  durationMs: z.number().nullable(),
});

/** Makes it of what was asked. */
export function stepOf({ nodeId, name, type, rawStatus, ...rest }: StepFragment): z.output<typeof step> {
  return {
    ...rest,
    nodeId: shortened(nodeId),
    name: shortened(name),
    type: shortened(type),
    rawStatus: shortened(rawStatus),
  };
}

/** How a step was tried, in the gateway's own words. */
export function triesOf({ attempts, maxAttempts }: Pick<StepFragment, 'attempts' | 'maxAttempts'>): string {
  if (attempts === null) return '';
  return maxAttempts === null
    ? `, try ${String(attempts)}`
    : `, try ${String(attempts)} of ${String(maxAttempts)}`;
}

/**
 * How many bytes an input or output has as JSON, without its secrets. Null: there is none.
 * @param shown it, or what stands for it where it was cut
 */
export function bytesOf(shown: unknown): number | null {
  if (shown === null || shown === undefined) return null;
  return isCut(shown) ? shown.bytes : Buffer.byteLength(JSON.stringify(shown));
}

/** So much of an input or output is looked at to tell its size. */
const LOOKED_AT_BYTES = 65_536;

/** Its size in the gateway's own words, such as `output of 120 bytes`. */
export function sizeOf(what: string, shown: unknown): string {
  const bytes = bytesOf(shown);
  if (bytes === null) return `no ${what}`;
  const cut = isCut(shown);
  return `${what} of ${cut && bytes >= LOOKED_AT_BYTES ? 'at least ' : ''}${String(bytes)} bytes${cut ? ', cut' : ''}`;
}

/** Whether an input or output was cut. */
function isCut(shown: unknown): shown is { readonly bytes: number } {
  const { truncated, bytes } = (shown ?? {}) as { readonly truncated?: unknown; readonly bytes?: unknown };
  return truncated === true && typeof bytes === 'number';
}
