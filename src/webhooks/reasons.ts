import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Credential } from '../domain/credential.ts';
import { DAY_MS } from '../domain/day.ts';
import { toldFailure, type Redact, type ToldFailure } from '../domain/failure.ts';
import { accountTagOf } from '../domain/hint.ts';
import { canonicalId } from '../domain/id.ts';
import type { Execution } from '../domain/model.ts';
import type { TraceSpan } from '../observability/trace-span.ts';
import type { RedisConnection } from '../redis/connection.ts';
import type { SigningKey } from './signing-key.ts';

/** Why runs have failed, as webhooks have told: of the organisation that has signed them alone. */
export interface Reasons {
  /** Keeps the reason of a run that is said to be that linked account's. */
  keep(
    key: SigningKey,
    linkedAccountId: string,
    runId: string,
    reason: ToldFailure,
    trace: TraceSpan | null,
  ): Promise<void>;
  /**
   * What is known of these runs, in their order; null where nothing is. Upstream must have shown them to whoever asks,
   * as failed.
   * @param trace of the operation that asks; null: tracing is off
   */
  of(
    credential: Credential,
    runs: readonly Execution[],
    trace: TraceSpan | null,
  ): Promise<(ToldFailure | null)[]>;
}

/** What the memory of reasons is built from. */
export interface ReasonsOptions {
  /** Those that webhooks are signed with: all are of one organisation. */
  readonly keys: readonly SigningKey[];
  /** Where replicas find each other's; null: there are none. */
  readonly redis: RedisConnection | null;
  /** Which linked account somebody acts for; null: nobody can tell. */
  readonly accountOf: (credential: Credential) => string | null;
  readonly redact: Redact;
}

/** About how many bytes of reasons this process keeps; those that were least lately wanted go first. */
const MAX_BYTES = 16_777_216;
/** What one takes besides its texts. */
const ENTRY_BYTES = 256;
/** For how long one is kept. */
const KEEP_MS = DAY_MS;

/** A reason as it is kept. It names whose it is and of what, to be checked when it is read. */
const Kept = z.object({
  account: z.string(),
  runId: z.string(),
  nodeId: z.string().nullable(),
  nodeName: z.string().nullable(),
  message: z.string(),
  code: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

/** What a caller can be told of: a run, and whose it must be; null: nobody can tell. */
interface Wanted {
  readonly runId: string;
  readonly account: string | null;
}

/** Builds an empty memory. What it keeps has no secrets in it any more, and is as short as it is told. */
export function createReasons({ keys, redis, accountOf, redact }: ReasonsOptions): Reasons {
  const memory = new LRUCache<string, Kept>({ maxSize: MAX_BYTES, ttl: KEEP_MS });
  const hashes = new Set(keys.map(({ hash }) => hash));

  const keep = (kept: Kept) => {
    const size = ENTRY_BYTES + 2 * (kept.message.length + (kept.nodeName?.length ?? 0));
    memory.set(nameOf(kept.runId, kept.account), kept, { size });
    memory.set(nameOf(kept.runId, null), kept, { size });
  };

  /** What the other replicas have been told: a reason is kept with the key that has signed it. */
  const shared = async (wanted: readonly Wanted[], trace: TraceSpan | null): Promise<(Kept | null)[]> => {
    const places = wanted.flatMap(({ runId, account }) =>
      keys.map((key) => ({ key, place: placeOf(key, runId, account) })),
    );
    if (places.length === 0 || redis === null) return wanted.map(() => null);
    const found = await redis.attempt((commands) => commands.mget(places.map(({ place }) => place)), {
      trace,
      command: 'MGET',
    });
    const opened = places.map(({ key }, index) => open(key, found?.[index] ?? null));
    return wanted.map(
      (_one, index) =>
        opened.slice(index * keys.length, (index + 1) * keys.length).find((kept) => kept !== null) ?? null,
    );
  };

  return {
    keep: async (key, linkedAccountId, runId, reason, trace) => {
      const account = accountTagOf(linkedAccountId);
      const text = JSON.stringify({ account, runId, ...toldFailure(reason, redact) });
      // Read from a text of its own: a part of the webhook's would hold on to all of it.
      keep(JSON.parse(text) as Kept);
      const sealed = key.seal.close(text, ABOUT);
      await redis?.attempt(
        (commands) =>
          Promise.all(
            [account, null].map((one) => commands.set(placeOf(key, runId, one), sealed, 'PX', KEEP_MS)),
          ),
        { trace, command: 'SET' },
      );
    },

    of: async (credential, runs, trace) => {
      // Nobody can tell whose a session token is. An API key that is none of these is another organisation's.
      const mayKnow = credential.kind === 'SESSION_TOKEN' || hashes.has(credential.keyHash);
      if (keys.length === 0 || !mayKnow) return runs.map(() => null);
      const wanted = runs.map(({ id, linkedAccountId }): Wanted => {
        const account = accountOf(credential) ?? linkedAccountId;
        return { runId: canonicalId(id), account: account === null ? null : accountTagOf(account) };
      });
      const known = wanted.map(({ runId, account }) => memory.get(nameOf(runId, account)) ?? null);
      const missing = wanted.filter((_one, index) => known[index] === null);
      const others = new Map((await shared(missing, trace)).map((kept, index) => [missing[index], kept]));
      return wanted.map((one, index) => {
        const kept = known[index] ?? others.get(one) ?? null;
        if (kept === null || !isOf(kept, one)) return null;
        if (known[index] === null) keep(kept);
        return toldFailure(kept, redact);
      });
    },
  };
}

/** What a reason is found by: its run, and its account where that is known. */
function nameOf(runId: string, account: string | null): string {
  return JSON.stringify([runId, account]);
}

function isOf(kept: Kept, { runId, account }: Wanted): boolean {
  return kept.runId === runId && (account === null || kept.account === account);
}

const ABOUT = 'the reason of a failure';

/** Where the replicas find it: without the key that signed it nobody can tell which one it is, or read it. */
function placeOf(key: SigningKey, runId: string, account: string | null): string {
  return `webhook:reason:${key.disguise(nameOf(runId, account))}`;
}

function open({ seal }: SigningKey, sealed: string | null): Kept | null {
  const opened = sealed === null ? null : seal.open(sealed, ABOUT);
  return opened === null ? null : (Kept.safeParse(JSON.parse(opened)).data ?? null);
}
