import type { ListArgument } from '../../domain/capability.ts';
import type { Execution } from '../../domain/model.ts';
import type { Ask } from '../call.ts';
import type { Knowledge } from '../capabilities.ts';
import { MOST_SAMPLED, readExecutionPage } from './execution-wire.ts';
import type { PageWire } from './page-wire.ts';

/** What the probes of one operation ask upstream with, and remember by. */
export interface CapabilityChecks {
  /** Makes a check, or shares the one of that name that is being made. */
  readonly once: <T>(name: string, check: () => Promise<T>) => Promise<T>;
  /** Some rows of a list. */
  readonly sample: Sample;
  /** Whether upstream applies an argument, and those that go with it. */
  readonly isApplied: IsApplied;
}

/** Reads a page of `GET /execution`, the first if nothing else is said. */
type Sample = (query: PageQuery, size: number, number?: number) => Promise<PageWire<Execution>>;

type PageQuery = Readonly<Record<string, string | undefined>>;

/** @param check null: there is nothing to tell it by, and so nothing that could be wrong */
type IsApplied = (
  these: readonly [ListArgument, ...ListArgument[]],
  check: () => Promise<boolean | null>,
) => Promise<boolean>;

/** Builds what the probes of one operation share. */
export function createCapabilityChecks(ask: Ask, knowledge: Knowledge): CapabilityChecks {
  const once = createOnce();
  return { once, sample: createSample(ask, knowledge), isApplied: createIsApplied(knowledge, once) };
}

/** Builds the sharing of checks that run at the same time. */
function createOnce(): CapabilityChecks['once'] {
  const running = new Map<string, Promise<unknown>>();
  return <T>(name: string, check: () => Promise<T>): Promise<T> => {
    const known = running.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const started = check().finally(() => running.delete(name));
    running.set(name, started);
    return started;
  };
}

/** Builds the reading of rows. Nothing that is remembered will do: upstream may have changed since. */
function createSample(ask: Ask, knowledge: Knowledge): Sample {
  return (query, size, number = 1) =>
    ask({
      method: 'GET',
      route: '/execution',
      path: '/execution',
      query: { page: String(number), limit: String(size), ...query },
      read: readExecutionPage(MOST_SAMPLED),
      since: knowledge.now().at,
      freshness: () => 'list',
    });
}

/** Builds the check of an argument. One that upstream was seen to ignore is checked once more, as it may have changed. */
function createIsApplied(knowledge: Knowledge, once: CapabilityChecks['once']): IsApplied {
  return ([argument, ...others], check) => {
    const { state, isVerified } = knowledge.findingOn(argument);
    if (state === 'SUPPORTED') return Promise.resolve(true);
    if (state === 'IGNORED' && isVerified) return Promise.resolve(false);
    return once(argument, async () => {
      const found = await check();
      if (found === null) return true;
      const finding = { state: found ? 'SUPPORTED' : 'IGNORED', isVerified: true } as const;
      for (const one of [argument, ...others]) knowledge.note(one, finding);
      return found;
    });
  };
}
