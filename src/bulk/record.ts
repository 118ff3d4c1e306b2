import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BulkJob } from '../domain/bulk.ts';

/** What is kept of an item. */
const Item = z.object({
  executionId: z.string(),
  outcome: z.enum(['PENDING', 'SUCCEEDED', 'REFUSED', 'FAILED', 'UNKNOWN', 'NOT_DONE']),
  /** Of one that is pending: it may be on its way, and so must not be sent by anybody else. */
  isSent: z.boolean(),
  newExecutionId: z.string().nullable(),
  code: z.string().nullable(),
});

/** What is kept of a job besides its items. */
const Head = z.object({
  /** The identity of who asked for it. */
  owner: z.string(),
  id: z.string(),
  kind: z.enum(['RERUN', 'STOP']),
  /** A hash of what was requested. */
  requestHash: z.string(),
  /** A hash of the name that the caller gave it; null: none. */
  mutation: z.string().nullable(),
  /** Whose it is, sealed with the key that gateways hold, who may go on with it by themselves; null: they may not. */
  account: z.string().nullable().default(null),
  state: z.enum(['RUNNING', 'COMPLETED', 'ABORTED', 'INTERRUPTED']),
  revision: z.number(),
  /** Epoch milliseconds. */
  createdAt: z.number(),
  endedAt: z.number().nullable(),
  /** How many items there are. */
  size: z.number(),
});

/** A job as its runner keeps it; it changes as the job goes on. */
export type JobRecord = z.infer<typeof Head> & { items: JobItem[] };
export type JobItem = z.infer<typeof Item>;

/** A job of which nothing has been done yet. */
export function newRecord(
  given: Pick<JobRecord, 'owner' | 'id' | 'kind' | 'requestHash' | 'mutation' | 'account' | 'createdAt'>,
  executionIds: readonly string[],
): JobRecord {
  return {
    ...given,
    state: 'RUNNING',
    revision: 0,
    endedAt: null,
    size: executionIds.length,
    items: executionIds.map((executionId) => ({
      executionId,
      outcome: 'PENDING',
      isSent: false,
      newExecutionId: null,
      code: null,
    })),
  };
}

/** What an item becomes that was sent, and whose answer nobody has. */
export const UNRESOLVED = { outcome: 'UNKNOWN', newExecutionId: null, code: 'UPSTREAM_UNAVAILABLE' } as const;

/** A job that nobody runs any more. What may have been sent is not known; the rest was not done. */
export function interrupted(record: JobRecord): JobRecord {
  const items = record.items.map((item): JobItem => {
    if (item.outcome !== 'PENDING') return item;
    return item.isSent ? { ...item, ...UNRESOLVED } : { ...item, outcome: 'NOT_DONE' };
  });
  return { ...record, state: 'INTERRUPTED', items };
}

/**
 * By how much a job that goes on is ahead of all that the runner before can know of it: if that one was cut off, it may
 * have learnt since then what became of the few items in flight, and that its part is over.
 */
const AHEAD = 10;

/** The same, to go on with what was never sent. */
export function resumed(record: JobRecord): JobRecord {
  const items = interrupted(record).items.map((item): JobItem => {
    return item.outcome === 'NOT_DONE' ? { ...item, outcome: 'PENDING', isSent: false } : item;
  });
  return { ...record, state: 'RUNNING', revision: record.revision + AHEAD, endedAt: null, items };
}

/**
 * Ends a job: what nothing was done about is not done any more.
 * @param ending why it went no further; null: nobody said
 * @param at epoch milliseconds
 */
export function endRecord(record: JobRecord, ending: 'ABORTED' | 'INTERRUPTED' | null, at: number): void {
  const left = record.items.filter(({ outcome }) => outcome === 'PENDING');
  for (const item of left) Object.assign(item, { outcome: 'NOT_DONE', isSent: false });
  record.state = left.length === 0 ? 'COMPLETED' : (ending ?? 'INTERRUPTED');
  record.endedAt = at;
  record.revision += 1;
}

/** Whether nothing is left to do, whoever asks. */
export function isFinal({ state }: Pick<JobRecord, 'state'>): boolean {
  return state === 'COMPLETED' || state === 'ABORTED';
}

/** The job at this moment: what is shown of it does not change any more. */
export function snapshot({ id, kind, state, revision, createdAt, endedAt, items }: JobRecord): BulkJob {
  return {
    id,
    kind,
    state,
    revision,
    createdAt: new Date(createdAt),
    endedAt: endedAt === null ? null : new Date(endedAt),
    items: items.map(({ executionId, outcome, newExecutionId, code }) => ({
      executionId,
      outcome,
      newExecutionId,
      code,
    })),
  };
}

/** A record as fields of a hash: its head, and these of its items by their position. */
export function fieldsOf({ items, ...head }: JobRecord, indexes: Iterable<number>): string[] {
  const fields = ['head', JSON.stringify(head)];
  for (const index of indexes) fields.push(String(index), JSON.stringify(items[index]));
  return fields;
}

/** Reads such fields, names and values in turn; null unless they are whole and this owner's. */
export function readFields(owner: string, fields: readonly string[]): JobRecord | null {
  const byName = new Map<string, string>();
  for (let position = 0; position < fields.length; position += 2) {
    byName.set(fields[position] ?? '', fields[position + 1] ?? '');
  }
  const parse = (name: string): unknown => JSON.parse(byName.get(name) ?? 'null');
  try {
    const head = Head.parse(parse('head'));
    if (head.owner !== owner) return null;
    const items = Array.from({ length: head.size }, (_, index) => Item.parse(parse(String(index))));
    return { ...head, items };
  } catch {
    return null;
  }
}

/** A hash of any text, for keys and comparisons. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
