import type { ExecutionChange, ExecutionChanges } from '../domain/execution-changes.ts';
import { isReadable, type Execution, type ExecutionFilter } from '../domain/model.ts';
import { keyOf } from '../lists/order.ts';
import { isNewSince, stateMarkOf, type OpenRun, type Position } from './cursor.ts';
import { inOrder, type KnownRuns, type RunChange } from './known-runs.ts';
import type { Mailbox } from './mailbox.ts';
import { isOver } from './run-state.ts';

/** A list with states, as its viewers see it. All of them are told the same. */
export interface View {
  readonly filter: ExecutionFilter;
  /** Those who watch it. */
  readonly mailboxes: Set<Mailbox>;
  /** Whether its first frame has to be read again. */
  readonly lacksPage: () => boolean;
  /** Takes the newest page of the list with its states, as upstream has it. */
  readonly takePage: (page: readonly Execution[]) => void;
  /** Takes what is new, and tells the viewers. */
  readonly tell: (changes: readonly RunChange[]) => void;
  /** Lets the viewers begin again, since they may have missed something; ends are told all the same. */
  readonly beginAgain: (changes: readonly RunChange[]) => void;
  /** The list as it is now; the same object until something is read again. */
  readonly present: () => ExecutionChanges;
  /**
   * What has happened since a viewer was told of the list.
   * @param rows the newest runs, at least as far as the position
   * @param then runs that went on then, as they are now; null: they are no more
   */
  readonly since: (
    position: Position,
    rows: readonly Execution[],
    then: ReadonlyMap<string, Execution | null>,
  ) => ExecutionChanges;
  /** The runs that go on now, for cursors. */
  readonly open: () => readonly OpenRun[];
}

/** What a view is built from. */
export interface ViewOptions {
  readonly filter: ExecutionFilter;
  readonly known: KnownRuns;
  /** How many rows a first frame has, besides the runs that go on. */
  readonly pageSize: () => number;
  /** What so many viewers are told. */
  readonly onTold: (changes: readonly ExecutionChange[], viewers: number) => void;
  /** Adds the cursor and the time to changes. */
  readonly frameOf: (view: View, changes: readonly ExecutionChange[]) => ExecutionChanges;
}

/** Builds a view that nobody watches yet. */
export function createView({ filter, known, pageSize, onTold, frameOf }: ViewOptions): View {
  const { statuses } = filter;
  const mailboxes = new Set<Mailbox>();
  /** The runs that go on and that the viewers were told of. */
  const told = new Set<string>();
  /** Of a list with states, its newest page; of one without, the feed has it. */
  let page: Map<string, Execution> | null = null;
  let wasFull = false;
  let presented: ExecutionChanges | null = null;

  const matches = ({ status }: Execution) => statuses?.some((one) => one === status) ?? true;
  const openRows = () => known.open().filter(matches);
  const isListed = (row: Execution) => matches(row) && isReadable(row);

  const storyOf = (row: Execution, wasTold: boolean): ExecutionChange[] => {
    if (!wasTold && !matches(row)) return [];
    const end = isOver(row) ? [{ kind: 'ENDED', execution: row } as const] : [];
    if (!wasTold) return [{ kind: 'CREATED', execution: row }, ...end];
    return end.length > 0 ? end : [{ kind: 'UPDATED', execution: row }];
  };

  const changesOf = ({ row }: RunChange): ExecutionChange[] => {
    const changes = storyOf(row, told.has(row.id));
    if (isOver(row)) told.delete(row.id);
    else if (changes.length > 0) told.add(row.id);
    return changes;
  };

  const keepPage = (changes: readonly RunChange[]) => {
    if (page === null) return;
    for (const { row } of changes) {
      if (matches(row)) page.set(row.id, row);
      else page.delete(row.id);
    }
    const newest = inOrder(page.values()).slice(0, pageSize());
    page = new Map(newest.map((row) => [row.id, row]));
  };

  const presentRows = () => {
    const newest = [...(page?.values() ?? known.page)].slice(0, pageSize());
    const rows = new Map([...newest, ...known.open()].map((row) => [row.id, known.get(row.id) ?? row]));
    const listed = inOrder(rows.values()).filter(isListed);
    return listed.map((execution) => ({ kind: 'PRESENT', execution }) as const);
  };

  const push = (changes: readonly ExecutionChange[]) => {
    if (changes.length === 0 || mailboxes.size === 0) return;
    const frame = frameOf(view, changes);
    onTold(changes, mailboxes.size);
    for (const mailbox of mailboxes) mailbox.put(frame);
  };

  const view: View = {
    filter,
    mailboxes,
    lacksPage: () => statuses !== undefined && (page === null || (wasFull && page.size < pageSize() / 2)),
    takePage: (rows) => {
      page = new Map(rows.filter(isListed).map((row) => [row.id, row]));
      wasFull = rows.length >= pageSize();
      presented = null;
      for (const { id } of openRows()) told.add(id);
    },
    tell: (changes) => {
      presented = null;
      keepPage(changes);
      push(changes.flatMap(changesOf));
    },
    beginAgain: (changes) => {
      presented = null;
      keepPage(changes);
      const wereTold = changes.filter(({ row }) => told.has(row.id));
      const ends = wereTold.flatMap(changesOf).filter(({ kind }) => kind === 'ENDED');
      for (const { row } of changes) changesOf({ row });
      push([...ends, ...presentRows()]);
    },
    present: () => (presented ??= frameOf(view, presentRows())),
    since: (position, rows, then) => {
      const changes = new Map<string, readonly ExecutionChange[]>();
      const found: Execution[] = [];
      const add = (row: Execution, wasTold: boolean, isSame: boolean) => {
        const story = isSame ? [] : storyOf(row, wasTold);
        changes.set(row.id, story);
        found.push(row);
        if (!isOver(row) && (wasTold || story.length > 0)) told.add(row.id);
      };
      for (const { id, state, isTold } of position.open ?? []) {
        const row = then.get(id);
        if (row) add(row, isTold, stateMarkOf(row) === state);
      }
      for (const row of rows) {
        if (!changes.has(row.id) && isNewSince(position, keyOf(row))) add(row, false, false);
      }
      const oldestFirst = inOrder(found).reverse();
      return frameOf(
        view,
        oldestFirst.flatMap(({ id }) => changes.get(id) ?? []),
      );
    },
    open: () =>
      known.open().map((row) => ({ id: row.id, state: stateMarkOf(row), isTold: told.has(row.id) })),
  };
  for (const { id } of openRows()) told.add(id);
  return view;
}
