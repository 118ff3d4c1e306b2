import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the longest time that the process did nothing else is told, in milliseconds. */
const TOLD_EVERY_MS = 250;
/** How often it is looked at. */
const RESOLUTION_MS = 5;
const NANOSECONDS = 1e6;

// Loaded into a gateway in front of its own code: it tells its parent how long it was blocked.
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
setInterval(() => {
  const blockedMs = delays.max / NANOSECONDS - RESOLUTION_MS;
  delays.reset();
  process.send?.({ blockedMs });
}, TOLD_EVERY_MS).unref();
process.channel?.unref();
