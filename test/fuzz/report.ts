/** What came of one target, or of one place that was searched. */
export interface Row {
  readonly name: string;
  readonly inputs: number;
  /** How many answers had each status and code. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** What is wrong, each kind once, with how often it was met and a few examples. */
  readonly complaints: readonly string[];
}

/** Collects what comes of a run. */
export interface Report {
  answered(row: string, outcome: string): void;
  complain(row: string, kind: string, example: string): void;
  rows(): readonly Row[];
}

const MAX_EXAMPLES = 2;
/** Places that every run looks at. */
const PLACES = ['log', 'metrics', 'Redis', 'event loop', 'process'];

interface Kind {
  count: number;
  readonly examples: string[];
}

interface Mutable {
  readonly outcomes: Map<string, number>;
  readonly kinds: Map<string, Kind>;
}

/** Builds an empty report. */
export function createReport(): Report {
  const rows = new Map<string, Mutable>();
  const rowOf = (name: string) => {
    const row = rows.get(name) ?? { outcomes: new Map<string, number>(), kinds: new Map<string, Kind>() };
    rows.set(name, row);
    return row;
  };
  return {
    answered: (name, outcome) => {
      const { outcomes } = rowOf(name);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    complain: (name, what, example) => {
      const { kinds } = rowOf(name);
      const kind = kinds.get(what) ?? { count: 0, examples: [] };
      kinds.set(what, kind);
      kind.count += 1;
      if (kind.examples.length < MAX_EXAMPLES) kind.examples.push(example);
    },
    rows: () => {
      for (const place of PLACES) rowOf(place);
      return [...rows].map(([name, { outcomes, kinds }]) => ({
        name,
        inputs: [...outcomes.values()].reduce((sum, count) => sum + count, 0),
        outcomes,
        complaints: [...kinds].map(([kind, { count, examples }]) =>
          [`${kind}, ${String(count)} times`, ...examples.map((example) => `  ${example}`)].join('\n'),
        ),
      }));
    },
  };
}
