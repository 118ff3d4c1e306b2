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

/** What waits to be taken: nothing; one tick's; several, folded; or so much that the viewer had better begin again. */
type Waiting = ExecutionChanges | Folded | 'too much' | null;

const DONE: Result = { done: true, value: undefined };

/** Builds an empty mailbox. */
export function createMailbox({ capacity, begin, onEnd }: MailboxOptions): Mailbox {
  let waiting: Waiting = null;
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
    const taken = waiting;
    waiting = null;
    if (taken === 'too much') return begin();
    return taken !== null && 'add' in taken ? taken.changes() : taken;
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
      } else if (waiting !== 'too much') {
        const folded: Folded = 'add' in waiting ? waiting : foldFrom(waiting);
        folded.add(changes);
        waiting = folded.size > capacity ? 'too much' : folded;
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
