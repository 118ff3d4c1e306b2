import type { ExecutionChanges } from '../domain/execution-changes.ts';
import { foldFrom, type Folded } from './fold.ts';

/** What one viewer is to be told. Whoever takes it in time gets the very objects that all viewers of the list get. */
export interface Mailbox extends AsyncIterableIterator<ExecutionChanges, undefined> {
  push(changes: ExecutionChanges): void;
  /** Ends it: what waits is told first, then the error. */
  fail(error: unknown): void;
  /** Ends it: what waits is told first. */
  end(): void;
  next(): Promise<IteratorResult<ExecutionChanges, undefined>>;
  /** The viewer leaves. */
  return(): Promise<IteratorResult<ExecutionChanges, undefined>>;
}

/** What a mailbox is built from. */
export interface MailboxOptions {
  /** About how many runs it may hold changes of. */
  readonly capacity: number;
  /** What to tell a viewer for whom more has happened than that: the list as it is now. */
  readonly begin: () => ExecutionChanges | null;
  /** Called once, when the viewer leaves or the mailbox has ended. */
  readonly onEnd: () => void;
}

type Result = IteratorResult<ExecutionChanges, undefined>;

/** What waits to be taken: nothing; one tick's; or several, folded. */
type Waiting = ExecutionChanges | Folded | null;

const DONE: Result = { done: true, value: undefined };

/** Builds an empty mailbox. */
export function createMailbox({ capacity, begin, onEnd }: MailboxOptions): Mailbox {
  let waiting: Waiting = null;
  /** So much waits that the viewer had better begin again: then only ends are kept. */
  let isTooMuch = false;
  let end: { readonly error: unknown } | 'ended' | null = null;
  const takers: PromiseWithResolvers<Result>[] = [];

  const close = (how: NonNullable<typeof end>) => {
    if (end !== null) return;
    end = how;
    onEnd();
    const [first, ...others] = takers.splice(0);
    if (first === undefined) return;
    end = 'ended';
    if (how === 'ended') first.resolve(DONE);
    else first.reject(how.error);
    for (const taker of others) taker.resolve(DONE);
  };

  const take = (): ExecutionChanges | null => {
    const [taken, beginsAgain] = [waiting, isTooMuch];
    waiting = null;
    isTooMuch = false;
    if (taken === null || !('add' in taken)) return taken;
    if (!beginsAgain) return taken.changes();
    const [present, ends] = [begin(), taken.ends()];
    if (present === null || ends.length === 0) return present;
    const ended = new Set(ends.map(({ execution }) => execution.id));
    const others = present.changes.filter(({ execution }) => !ended.has(execution.id));
    return { ...present, changes: [...ends, ...others] };
  };

  const mailbox: Mailbox = {
    [Symbol.asyncIterator]: () => mailbox,
    push: (changes) => {
      if (end !== null) return;
      const taker = takers.shift();
      if (taker !== undefined) {
        taker.resolve({ done: false, value: changes });
      } else if (waiting === null) {
        waiting = changes;
      } else {
        const folded: Folded = 'add' in waiting ? waiting : foldFrom(waiting);
        folded.add(changes);
        waiting = folded;
        if (isTooMuch || folded.size <= capacity) return;
        isTooMuch = true;
        folded.narrow();
      }
    },
    fail: (error) => {
      close({ error });
    },
    end: () => {
      close('ended');
    },
    next: async () => {
      const changes = take();
      if (changes !== null) return { done: false, value: changes };
      if (end === null) {
        const taker = Promise.withResolvers<Result>();
        takers.push(taker);
        return taker.promise;
      }
      const how = end;
      end = 'ended';
      if (how === 'ended') return DONE;
      throw how.error;
    },
    return: () => {
      waiting = null;
      close('ended');
      end = 'ended';
      return Promise.resolve(DONE);
    },
  };
  return mailbox;
}
