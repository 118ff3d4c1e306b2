import type { Clock } from '../clock.ts';
import type { ExecutionChange, ExecutionChanges } from '../domain/execution-changes.ts';
import type { Hint } from '../domain/hint.ts';
import type { ExecutionFilter } from '../domain/model.ts';
import { timeRangeOf } from '../domain/time-range.ts';
import { keyOf } from '../lists/order.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Ledger, Priority } from '../upstream/operation.ts';
import { cursorOf, positionOf, readCursor, type LiveBinding, type Position } from './cursor.ts';
import { createFeedReader } from './feed-reader.ts';
import type { RunChange } from './known-runs.ts';
import { countTold } from './lag.ts';
import { nameOf } from './list-name.ts';
import { createMailbox, type Mailbox } from './mailbox.ts';
import type { Pace } from './pace.ts';
import type { ReadingParts } from './upstream-for.ts';
import { rowsSince } from './resume.ts';
import { isUnderWay } from './run-state.ts';
import { createTicker, isFinal } from './ticker.ts';
import { createView, type View } from './view.ts';

/** What somebody wants to watch. */
export interface Watching {
  /** With states. */
  readonly filter: ExecutionFilter;
  /** A cursor, to go on from; null: from now. */
  readonly after: string | null;
  /** What the first frame costs is entered here. */
  readonly ledger: Ledger | null;
}

/** One list of one caller, read for all who watch it. */
export interface Feed {
  readonly identity: string;
  readonly viewers: () => number;
  /**
   * Somebody watches: the first thing told is the list now, or what has happened since the cursor.
   * @throws BAD_USER_INPUT for a cursor of another list
   */
  readonly watch: (watching: Watching) => Mailbox;
  /** Reads at once, if the hint is about this list. */
  readonly wake: (hint: Hint) => void;
  /** Nothing is passed on to this replica any more; see `Heard`. */
  readonly forgetRelayed: () => void;
  /** Ends it and its viewers. */
  readonly stop: () => void;
}

/** What a feed is built from. */
export interface FeedOptions {
  readonly parts: ReadingParts;
  /** Names its readings among those of all feeds. */
  readonly name: string;
  /** Without states. */
  readonly filter: ExecutionFilter;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly metrics: Metrics;
  /** The most rows of a first frame, besides the runs that go on. */
  readonly pageSize: number;
  /** The linked account, which stands for itself; null: nobody can tell. */
  readonly account: () => { readonly tag: string; readonly owner: string } | null;
  /** Called with a linked account that a row tells of. */
  readonly noteAccount: (linkedAccountId: string) => void;
  /** Called when nobody has watched it for a while, or it has ended. */
  readonly onEnd: () => void;
  /** A change was seen by a call of this feed's own. */
  readonly onSeen: () => void;
}

/** A feed that nobody watches is kept for so many fast ticks, for those who come back. */
const LINGER_TICKS = 2;
/** How long somebody waits for something newer than what was read last. */
const PATIENCE_MS = 1000;
/** About how many runs changes may wait to be taken by a viewer. */
const MAILBOX_CAPACITY = 1000;

/** Builds a feed that nobody watches yet. */
export function createFeed(options: FeedOptions): Feed {
  const { parts, name, filter, clock, pace, metrics, pageSize, account, noteAccount, onEnd, onSeen } =
    options;
  const { identity } = parts.credential;
  const reader = createFeedReader(parts, filter, clock);
  const { known } = reader;
  const views = new Map<string, View>();
  const mailboxes = new Set<Mailbox>();
  let cancelLinger: () => void = () => undefined;

  const bindingOf = (list: ExecutionFilter): LiveBinding => ({
    name: nameOf(list),
    owner: account()?.owner ?? null,
  });

  const frameOf = (view: View, changes: readonly ExecutionChange[]): ExecutionChanges => {
    const last = reader.last();
    const date = last?.date ?? clock.date();
    const oldest = last?.isWhole === false ? known.page.at(-1) : undefined;
    const position = positionOf(known.all(), view.open(), date, {
      at: last === null ? date : Math.floor(clock.date() - (clock.now() - last.at)),
      from: oldest === undefined ? null : keyOf(oldest),
    });
    return { changes, cursor: cursorOf(bindingOf(view.filter), position), asOf: new Date(date) };
  };

  const onTold = (changes: readonly ExecutionChange[], viewers: number) => {
    for (const change of changes) countTold(metrics, change, viewers, clock.date());
  };

  const tellAll = (changes: readonly RunChange[], hasGap = false) => {
    for (const view of views.values()) {
      if (hasGap) view.beginAgain(changes);
      else view.tell(changes);
    }
  };

  const read = async (
    priority: Priority,
    since: number | null,
    of: ExecutionFilter | null,
    ledger: Ledger | null,
  ) => {
    const startedAt = clock.now();
    const outcome = await reader
      .read({
        priority,
        since,
        pagesOf: of === null ? [] : [of],
        pagesOnGap: () =>
          [...views.values()].filter(({ mailboxes: { size } }) => size > 0).map((view) => view.filter),
        ledger,
      })
      .catch((error: unknown) => {
        metrics.live.ticked('list', 'failed');
        throw error;
      });
    metrics.live.ticked('list', outcome.changes.length > 0 ? 'changed' : 'unchanged');
    ticker.done(startedAt);
    const told = known.page.find(({ linkedAccountId }) => linkedAccountId !== null)?.linkedAccountId;
    if (told) noteAccount(told);
    for (const page of outcome.pages) views.get(nameOf(page.filter))?.takePage(page.rows);
    if (outcome.isFirst) return outcome;
    tellAll(outcome.changes, outcome.hasGap);
    if (outcome.changes.length > 0 && outcome.isOwn) onSeen();
    return outcome;
  };

  const ticker = createTicker({
    clock,
    pace,
    isWatched: () => mailboxes.size > 0,
    read: async (since) => {
      await read('background', since, null, null);
    },
    facts: () => ({
      hasOpen: known.open().some(isUnderWay),
      isOver: timeRangeOf(filter).untilMs < clock.date(),
      waitedMs: reader.waitedMs(),
    }),
    onFailure: (error) => {
      end((mailbox) => {
        mailbox.fail(error);
      });
    },
  });

  const end = (how: (mailbox: Mailbox) => void) => {
    onEnd();
    for (const mailbox of [...mailboxes]) how(mailbox);
    cancelLinger();
    reader.stop();
  };

  const leave = (mailbox: Mailbox) => {
    mailboxes.delete(mailbox);
    for (const view of views.values()) view.mailboxes.delete(mailbox);
    if (mailboxes.size > 0) return;
    ticker.reset();
    const lingerMs = reader.last() === null ? 0 : LINGER_TICKS * pace.fastMs;
    cancelLinger = clock.after(lingerMs, () => {
      end(() => undefined);
    });
  };

  const isFresh = () => clock.now() - (reader.last()?.at ?? -Infinity) < pace.fastMs;

  /** The view of a list with states, as it is now. Those that nobody looks at any more are let go of. */
  const viewOf = async (
    list: ExecutionFilter,
    ledger: Ledger | null,
    toldAt: number | null,
  ): Promise<View> => {
    const viewName = nameOf(list);
    for (const [key, { mailboxes: viewers }] of views) {
      if (viewers.size === 0 && key !== viewName) views.delete(key);
    }
    const lacksPage = list.statuses !== undefined && (views.get(viewName)?.lacksPage() ?? true);
    const page = lacksPage ? list : null;
    // What somebody was told elsewhere may be newer than what was read here: it would be told again.
    const isBehind = toldAt !== null && toldAt > (reader.last()?.date ?? -Infinity);
    const since = toldAt === null ? null : clock.now() - Math.max(0, clock.date() - toldAt);
    const outcome =
      isFresh() && !lacksPage && !isBehind
        ? null
        : await read('interactive', since, page, ledger).catch((error: unknown) => {
            if (reader.last() === null || lacksPage || isFinal(error)) throw error;
            return null;
          });
    const known = views.get(viewName);
    if (known !== undefined) return known;
    const view = createView({ filter: list, known: reader.known, pageSize: () => pageSize, onTold, frameOf });
    views.set(viewName, view);
    for (const { rows } of outcome?.pages.slice(0, 1) ?? []) view.takePage(rows);
    return view;
  };

  const firstFrame = async (view: View, position: Position | null, ledger: Ledger | null) => {
    if (position === null) return view.present();
    const last = reader.last();
    const isWhole = last?.isWhole === true;
    const found = await reader.during(ledger, (upstream) =>
      rowsSince(position, { upstream, filter, known, isWhole, since: last?.at }),
    );
    if (found === null) return view.present();
    tellAll(known.learn(found.aside));
    return view.since(position, found.rows, found.then);
  };

  /** Lets somebody be told from here on, who has not been told anything yet. */
  const join = (mailbox: Mailbox, view: View, frame: ExecutionChanges) => {
    if (!mailboxes.has(mailbox) || view.mailboxes.has(mailbox)) return;
    view.mailboxes.add(mailbox);
    onTold(frame.changes, 1);
    mailbox.put(frame);
    ticker.reset();
  };

  const open = async (mailbox: Mailbox, { filter: list, after, ledger }: Watching) => {
    if (!mailboxes.has(mailbox)) return;
    const positionIn = () => (after === null ? null : readCursor(bindingOf(list), after, 'after'));
    const view = await viewOf(list, ledger, positionIn()?.toldAt ?? null);
    // By now it may be known whose list it is.
    const position = positionIn();
    join(mailbox, view, await firstFrame(view, position, ledger));
  };

  /** Shows what was read last, if there is such a thing: for who does not ask for anything else. */
  const showLast = (mailbox: Mailbox, { filter: list, after }: Watching) => {
    const view = views.get(nameOf(list));
    if (after === null && view?.lacksPage() === false) join(mailbox, view, view.present());
  };

  return {
    identity,
    viewers: () => mailboxes.size,
    watch: (watching) => {
      const { filter: list, after } = watching;
      if (after !== null) readCursor(bindingOf(list), after, 'after');
      const mailbox = createMailbox({
        capacity: MAILBOX_CAPACITY,
        begin: () => views.get(nameOf(list))?.present() ?? null,
        onEnd: () => {
          leave(mailbox);
        },
      });
      cancelLinger();
      mailboxes.add(mailbox);
      const show = () => {
        showLast(mailbox, watching);
      };
      if (isFresh()) show();
      const cancel = clock.after(PATIENCE_MS, show);
      ticker
        .exclusively(() => open(mailbox, watching))
        .catch((error: unknown) => {
          mailbox.fail(error);
        })
        .finally(cancel);
      return mailbox;
    },
    wake: ({ accountTag, runId, identity: whose, isAnswered = false, ...hint }) => {
      const { isRelayed = false, agoMs = 0, reading } = hint;
      if (isAnswered && reading !== name) return;
      const isShown = runId !== undefined && known.get(runId) !== undefined;
      const isOfAccount = accountTag !== undefined && accountTag === account()?.tag;
      if (!isShown && !isOfAccount && whose !== identity) return;
      if (accountTag !== undefined) ticker.noteHint(isRelayed);
      if (isShown) reader.hint(runId);
      ticker.wake(isAnswered ? null : clock.now() - agoMs);
    },
    forgetRelayed: ticker.forgetRelayed,
    stop: () => {
      end((mailbox) => {
        mailbox.end();
      });
    },
  };
}
