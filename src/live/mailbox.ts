import type { ExecutionChanges } from '../domain/execution-changes.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import { foldFrom, type Folded } from './fold.ts';

/** What one viewer is to be told. Whoever takes it in time gets the very objects that all viewers of the list get. */
export type Mailbox = EventQueue<ExecutionChanges>;

/** What a mailbox is built from. */
export interface MailboxOptions {
  /** About how many runs it may hold changes of. */
  readonly capacity: number;
  /** What to tell a viewer for whom more has happened than that: the list as it is now. */
  readonly begin: () => ExecutionChanges | null;
  /** Called once, when the viewer leaves or the mailbox has ended. */
  readonly onEnd: () => void;
}

/** Builds an empty mailbox. */
export function createMailbox({ capacity, begin, onEnd }: MailboxOptions): Mailbox {
  /** Nothing; one tick's; or several, folded. */
  let waiting: ExecutionChanges | Folded | null = null;
  /** So much waits that the viewer had better begin again: then only ends are kept. */
  let isTooMuch = false;

  const put = (changes: ExecutionChanges) => {
    if (waiting === null) {
      waiting = changes;
      return;
    }
    const folded: Folded = 'add' in waiting ? waiting : foldFrom(waiting);
    folded.add(changes);
    waiting = folded;
    if (isTooMuch || folded.size <= capacity) return;
    isTooMuch = true;
    folded.narrow();
  };

  /** The list as it is now, behind the ends that the viewer has missed. */
  const anew = (ends: ExecutionChanges['changes']): ExecutionChanges | null => {
    const present = begin();
    if (present === null || ends.length === 0) return present;
    const ended = new Set(ends.map(({ execution }) => execution.id));
    const others = present.changes.filter(({ execution }) => !ended.has(execution.id));
    return { ...present, changes: [...ends, ...others] };
  };

  const take = () => {
    const [taken, beginsAgain] = [waiting, isTooMuch];
    [waiting, isTooMuch] = [null, false];
    if (taken === null) return null;
    if (!('add' in taken)) return { event: taken };
    const event = beginsAgain ? anew(taken.ends()) : taken.changes();
    return event && { event };
  };

  return createEventQueue<ExecutionChanges>({ put, take }, onEnd);
}
