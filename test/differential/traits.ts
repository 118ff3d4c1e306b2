import type { Random } from '../support/random.ts';
import type { OptionalField, RowStyle } from './raw-rows.ts';

/** The parameters that the second generation of upstream's documentation has, and the first has not. */
export const NEWER_PARAMETERS = ['workflow_id', 'workflow_name', 'execution_id', 'slug', 'sortAsc'] as const;
/** One of them. */
export type NewerParameter = (typeof NEWER_PARAMETERS)[number];

/** The fields of a page's envelope beside its rows. */
export const ENVELOPE = [
  'totalDocs',
  'limit',
  'page',
  'totalPages',
  'pagingCounter',
  'hasPrevPage',
  'hasNextPage',
  'prevPage',
  'nextPage',
] as const;
/** One of them. */
export type EnvelopeField = (typeof ENVELOPE)[number];

/** What an upstream is like where its documentation leaves it open. */
export interface Traits {
  /** What it answers as if it had not been asked. */
  readonly ignored: ReadonlySet<NewerParameter>;
  /** How it compares the names of workflows. */
  readonly names: 'whole' | 'part';
  /** How it spells sources, and what it does with the other spelling. */
  readonly sources: {
    readonly own: 'D1' | 'D2';
    readonly other: 'refused' | 'ignored' | 'accepted' | 'matches nothing';
  };
  /** Which moment a day means that ends a range. */
  readonly days: 'end' | 'start' | 'refused';
  /** What it does with ISO times. */
  readonly times: 'honoured' | 'refused' | 'read as days' | 'ignored';
  /** The largest page that it makes; null: any. */
  readonly maxLimit: number | null;
  /** What `limit` says in an answer where the page is smaller than asked for. */
  readonly toldLimit: 'made' | 'asked';
  readonly total: 'exact' | 'high' | 'low' | 'missing';
  /** Whether numbers and flags are told as text. */
  readonly asText: boolean;
  readonly omitted: ReadonlySet<EnvelopeField>;
  /** In which order runs of the same time come when the oldest is first. */
  readonly ascendingTies: 'kept' | 'turned';
  /** The generation in whose shape it answers a rerun. */
  readonly rerun: 'D1' | 'D2';
  /** Whether the detail of a run says its id. */
  readonly detailTellsId: boolean;
  /** Whether these credentials may read the catalogue. */
  readonly catalogue: 'told' | 'refused';
  readonly rows: RowStyle;
}

/** Draws an upstream. */
export function drawTraits(random: Random): Traits {
  const days = random.pick(['end', 'end', 'start', 'refused'] as const);
  const maxLimit = random.pick([null, null, 100, 50, 7] as const);
  const total = random.pick(['exact', 'exact', 'exact', 'high', 'low', 'missing'] as const);
  const omitted = drawOmitted(random, total);
  const ignored = drawIgnored(random);
  return {
    ignored,
    // What is not compared at all cannot be told from a part of it.
    names: ignored.has('workflow_name') ? 'part' : random.pick(['whole', 'part']),
    sources: {
      own: random.pick(['D1', 'D2']),
      other: random.pick(['refused', 'ignored', 'accepted', 'matches nothing']),
    },
    days,
    // One spelling is always understood.
    times:
      days === 'refused'
        ? 'honoured'
        : random.pick(['honoured', 'refused', 'read as days', 'ignored'] as const),
    maxLimit,
    // An answer that says nothing else, and says this wrongly, could be of any list.
    toldLimit: total === 'exact' && !omitted.has('hasNextPage') ? random.pick(['made', 'asked']) : 'made',
    total,
    asText: random.chance(0.25),
    omitted,
    ascendingTies: random.pick(['kept', 'turned']),
    rerun: random.pick(['D1', 'D2']),
    detailTellsId: random.chance(0.5),
    catalogue: random.chance(0.1) ? 'refused' : 'told',
    rows: drawStyle(random),
  };
}

function drawIgnored(random: Random): ReadonlySet<NewerParameter> {
  const share = random.pick([0, 1, 0.4]);
  return new Set(random.some(NEWER_PARAMETERS, share));
}

/** What is left out; never so much that nothing tells whether a list goes on. */
function drawOmitted(random: Random, total: Traits['total']): ReadonlySet<EnvelopeField> {
  const omitted = new Set(random.some(ENVELOPE.slice(1), random.pick([0, 0.3, 0.9])));
  if (total === 'missing') {
    omitted.add('totalDocs');
    if (omitted.has('hasNextPage')) omitted.delete('totalPages');
  }
  // A word that is wrong, and nothing beside it, could be right of another list.
  if (total === 'high' || total === 'low') omitted.delete('hasNextPage');
  return omitted;
}

function drawStyle(random: Random): RowStyle {
  const omitted = new Map<OptionalField, number>();
  for (const field of [
    'trigger_application_event',
    'type_of_execution',
    'associated_workflow',
    'associated_application',
    'instance_execution_time',
    'linked_account_id',
  ] as const) {
    omitted.set(field, random.pick([0, 0, 0.1]));
  }
  omitted.set('createdAt', random.pick([0, 0, 0, 0.05]));
  // Rows of the first generation have none of these.
  if (random.chance(0.3)) {
    for (const field of ['trigger_application_event', 'type_of_execution', 'linked_account_id'] as const) {
      omitted.set(field, 1);
    }
  }
  return {
    count: random.pick([0, 1, 4, 12, 30, 70, 130]),
    days: random.pick([1, 3, 6]),
    ties: random.pick([0, 0.05, 0.5]),
    newer: random.pick([0, 0.05, 0.3]),
    broken: random.pick([0, 0, 0, 0.04]),
    omitted,
  };
}

/** How many rows such an upstream says that there are; null: it does not say. */
export function toldTotal({ total }: Pick<Traits, 'total'>, count: number): number | null {
  if (total === 'missing') return null;
  if (total === 'high') return count + 3;
  return total === 'low' ? Math.max(0, count - 2) : count;
}
