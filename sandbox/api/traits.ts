import { InvalidInput } from './errors.ts';

/**
 * What the emulated upstream is like, where its documentation leaves it open or its generations differ. Every
 * trait may change while the sandbox runs.
 */
export interface Traits {
  /** Which generation of the documentation answers follow: the older, the newer, or a mix. */
  readonly generation: 'both' | 'd1' | 'd2';
  /** What happens to the other generation's spelling of a source, and in `d1` to date-times. */
  readonly foreignSpelling: 'usual' | 'accept' | 'reject' | 'ignore';
  /** Whether an `end_date` that is a day means that day's end or its start. */
  readonly endDate: 'end' | 'start';
  /** Most rows of a page, whatever its `limit`. */
  readonly maxLimit: number;
  /** Fields that envelopes, rows, nodes and single objects go without. */
  readonly omit: readonly string[];
  /** Whether numbers and flags are sent as text, but for those in free JSON such as outputs. */
  readonly textNumbers: boolean;
  readonly rerunAnswer: 'd1' | 'd2';
  /** What asking for the detail of an unknown or another account's execution leads to. */
  readonly unknownId: '404' | 'hang';
  readonly totalDocs: 'exact' | 'high' | 'low' | 'text' | 'missing' | 'changing';
  /** Whether session tokens may look workflows and applications up. */
  readonly sessionLookups: boolean;
  /** How webhooks name their events: `Workflow Errored`, or `workflow-errored` as older subscriptions do. */
  readonly webhookSpelling: 'new' | 'old';
  /** Whether webhooks of failed runs tell the failed step, its attempts and the API's error. */
  readonly webhookReasons: boolean;
  /** How many times each webhook is sent. */
  readonly webhookCopies: number;
  /** How late a webhook may be sent, in ms: each is by a time of its own, so that they come out of order. */
  readonly webhookLateMs: number;
}

/** How one trait is told, in JSON and on the command line, where a flag that is usually on is spelled `--no-…`. */
export type Trait = { readonly means: string } & (
  | { readonly kind: 'choice'; readonly choices: readonly string[]; readonly usual: string }
  | { readonly kind: 'number'; readonly least: number; readonly most: number; readonly usual: number }
  | { readonly kind: 'flag'; readonly usual: boolean }
  | { readonly kind: 'list'; readonly usual: readonly string[] }
);

/** The upstream accepts no greater `limit`, and no page has more rows. */
export const MAX_LIMIT = 10_000;

/** All traits, and what they are unless told otherwise. */
export const TRAITS = {
  generation: {
    kind: 'choice',
    means: 'documentation to follow',
    choices: ['both', 'd1', 'd2'],
    usual: 'both',
  },
  foreignSpelling: {
    kind: 'choice',
    means: "the other generation's spellings, of which usually d1 rejects and d2 accepts",
    choices: ['usual', 'accept', 'reject', 'ignore'],
    usual: 'usual',
  },
  endDate: {
    kind: 'choice',
    means: 'what an end_date that is a day means of it',
    choices: ['end', 'start'],
    usual: 'end',
  },
  maxLimit: {
    kind: 'number',
    means: 'most rows of a page, whatever its limit',
    least: 1,
    most: MAX_LIMIT,
    usual: MAX_LIMIT,
  },
  omit: { kind: 'list', means: 'field of envelopes and rows to leave out; may be repeated', usual: [] },
  textNumbers: { kind: 'flag', means: 'send numbers and flags as text', usual: false },
  rerunAnswer: {
    kind: 'choice',
    means: 'shape of the answer to a rerun',
    choices: ['d1', 'd2'],
    usual: 'd2',
  },
  unknownId: {
    kind: 'choice',
    means: 'what the detail of an unknown execution leads to',
    choices: ['404', 'hang'],
    usual: '404',
  },
  totalDocs: {
    kind: 'choice',
    means: 'how lists tell how many rows there are',
    choices: ['exact', 'high', 'low', 'text', 'missing', 'changing'],
    usual: 'exact',
  },
  sessionLookups: {
    kind: 'flag',
    means: 'refuse single workflows and applications to session tokens',
    usual: true,
  },
  webhookSpelling: {
    kind: 'choice',
    means: 'how webhooks name their events, Workflow Errored or workflow-errored',
    choices: ['new', 'old'],
    usual: 'new',
  },
  webhookReasons: { kind: 'flag', means: 'tell in no webhook why a run has failed', usual: true },
  webhookCopies: { kind: 'number', means: 'times that each webhook is sent', least: 1, most: 10, usual: 1 },
  webhookLateMs: {
    kind: 'number',
    means: 'how late a webhook may be sent, each by another time',
    least: 0,
    most: 60_000,
    usual: 0,
  },
} as const satisfies Readonly<Record<keyof Traits, Trait>>;

/** The traits of an upstream of which nothing was told. */
export const USUAL_TRAITS = Object.fromEntries(
  Object.entries(TRAITS).map(([name, { usual }]) => [name, usual]),
) as unknown as Traits;

/** The values of a list in words, such as `both, d1 or d2`. */
export function inWords(values: readonly string[]): string {
  return `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;
}

function isFieldName(value: unknown): boolean {
  return typeof value === 'string' && /^\w+$/.test(value);
}

/** Reads one trait from JSON: `given` as the traits hold it. Throws `InvalidInput` naming what it must be. */
function parseTrait(name: string, trait: Trait, given: unknown): unknown {
  const refuse = (expected: string): never => {
    throw new InvalidInput(`${name}: must be ${expected}`);
  };
  switch (trait.kind) {
    case 'choice': {
      const choice = typeof given === 'number' ? String(given) : given;
      return trait.choices.some((one) => one === choice) ? choice : refuse(inWords(trait.choices));
    }
    case 'number':
      return Number.isInteger(given) && Number(given) >= trait.least && Number(given) <= trait.most
        ? given
        : refuse(`an integer from ${String(trait.least)} to ${String(trait.most)}`);
    case 'flag':
      return typeof given === 'boolean' ? given : refuse('true or false');
    case 'list':
      return Array.isArray(given) && given.every(isFieldName) ? given : refuse('a list of names of fields');
  }
}

/** Reads some traits from an object that has no others; throws `InvalidInput` naming the first mistake. */
export function parseTraits(value: Readonly<Record<string, unknown>>): Partial<Traits> {
  const known: Readonly<Record<string, Trait>> = TRAITS;
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const trait = Object.hasOwn(known, name) ? known[name] : undefined;
      if (trait === undefined) {
        throw new InvalidInput(`${name}: is not known; known are ${Object.keys(known).join(', ')}`);
      }
      return [name, parseTrait(name, trait, given)];
    }),
  );
}

/** The traits among some options, checked. */
export function pickTraits(options: object): Partial<Traits> {
  return parseTraits(Object.fromEntries(Object.entries(options).filter(([name]) => name in TRAITS)));
}
