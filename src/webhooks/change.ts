import { z } from 'zod';
import { accountTagOf } from '../domain/hint.ts';
import { isPathId } from '../domain/id.ts';
import type { Webhook } from './webhook.ts';

/** What a webhook says to have changed, as the replicas tell each other: it names nobody. */
export const Change = z.object({
  about: z.enum(['RUN', 'CONNECTION']),
  accountTag: z.string().max(64).optional(),
  runId: z.string().refine(isPathId).optional(),
});
export type Change = z.infer<typeof Change>;

/** What a webhook says to have changed. */
export function changeOf({ about, linkedAccountId, runId }: Webhook): Change {
  return {
    about,
    ...(linkedAccountId !== null && { accountTag: accountTagOf(linkedAccountId) }),
    ...(runId !== null && { runId }),
  };
}
