import { setImmediate } from 'node:timers';
import type { Clock } from '../../clock.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { createByteBudget } from '../byte-budget.ts';
import { ENDINGS, type Unread, type Viewer } from './viewer.ts';

/** What those who watch may take up; see `settings/live.ts`. */
export interface ViewerLimits {
  readonly maxViewers: number;
  readonly beatMs: number;
  readonly unreadTimeoutMs: number;
  readonly maxUnreadBytes: number;
}

/** All who watch. */
export interface Viewers {
  /** Whether nobody else may come in: there are too many, or the gateway stops. */
  readonly isClosed: () => boolean;
  /** Whether those who are here are being moved. */
  readonly isDraining: boolean;
  /** Adds a viewer. The answer takes it away, with the code that its connection was closed with. */
  join(viewer: Viewer): (code: number) => void;
  /** Notes how much waits for a viewer to take it: beyond what all may have, the slowest is let go of. */
  hold(viewer: Viewer, bytes: number): void;
  /** Moves all of them, one after the other, within this time. */
  drain(withinMs: number): void;
  /** Cuts those who are still here. */
  cutAll(): void;
}

/** What is kept of a viewer. */
interface Watched {
  beatAtMs: number;
  unread: Unread;
  /** Since when nothing of it has been taken. */
  unreadSinceMs: number;
}

/** How often they are looked at. */
const LOOK_MS = 1000;
/** So many are no crowd, and are moved at once. */
const FEW = 20;
/** Of a crowd, one part after the other is moved. */
const PARTS = 50;

/** What viewers are looked after with. */
export interface ViewersOptions {
  readonly limits: ViewerLimits;
  /** Whether the gateway takes new work. */
  readonly isReady: () => boolean;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Builds the list of those who watch: nobody yet. */
export function createViewers({ limits, isReady, clock, metrics }: ViewersOptions): Viewers {
  const all = new Map<Viewer, Watched>();
  const budget = createByteBudget<Viewer>(limits.maxUnreadBytes, (viewer) => {
    viewer.end(ENDINGS.SLOW);
  });
  metrics.watch('live_unread_bytes', budget.total);
  let isDraining = false;
  let looking: (() => void) | null = null;

  const look = () => {
    const nowMs = clock.now();
    for (const [viewer, watched] of all) {
      const unread = viewer.unread();
      if (isTaking(watched.unread, unread)) watched.unreadSinceMs = nowMs;
      watched.unread = unread;
      if (nowMs - watched.unreadSinceMs >= limits.unreadTimeoutMs) {
        viewer.end(ENDINGS.SLOW);
      } else if (nowMs >= watched.beatAtMs) {
        watched.beatAtMs = nowMs + limits.beatMs;
        viewer.beat();
      }
    }
    // What has come in meanwhile is read before the next look, however late this one was.
    setImmediate(() => {
      looking = null;
      lookLater();
    });
  };
  const lookLater = () => {
    if (all.size > 0) looking ??= clock.after(LOOK_MS, look);
  };

  return {
    isClosed: () => !isReady() || isDraining || all.size >= limits.maxViewers,
    get isDraining() {
      return isDraining;
    },
    join: (viewer) => {
      const nowMs = clock.now();
      const unread = { bytes: 0, taken: 0 };
      // A beat is due at a look, which may be that much later.
      all.set(viewer, { beatAtMs: nowMs + limits.beatMs, unread, unreadSinceMs: nowMs });
      metrics.viewers.joined(viewer.transport);
      lookLater();
      return (code) => {
        if (!all.delete(viewer)) return;
        budget.release(viewer);
        metrics.viewers.left(viewer.transport, code);
        if (all.size > 0) return;
        looking?.();
        looking = null;
      };
    },
    hold: (viewer, bytes) => {
      if (all.has(viewer)) budget.hold(viewer, bytes);
    },
    drain: (withinMs) => {
      isDraining = true;
      const left = shuffled([...all.keys()]);
      const together = Math.max(FEW, Math.ceil(left.length / PARTS));
      const move = () => {
        for (const viewer of left.splice(0, together)) viewer.end(ENDINGS.MOVED);
        // Those who come back do not all come in step.
        if (left.length > 0) clock.after((withinMs / PARTS) * (0.5 + Math.random() / 2), move);
      };
      move();
    },
    cutAll: () => {
      for (const viewer of all.keys()) viewer.cut();
    },
  };
}

/** Whether somebody takes what is sent, or has nothing left to take. */
function isTaking(before: Unread, now: Unread): boolean {
  return now.bytes === 0 || now.bytes < before.bytes || now.taken !== before.taken;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((value) => ({ value, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);
}
