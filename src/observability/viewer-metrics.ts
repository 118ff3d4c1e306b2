import { Counter, Gauge } from 'prom-client';
import { createCounter } from './counter.ts';
import type { MetricsRegistry } from './print-metrics.ts';

/** What is counted of those who watch, by their transport: `websocket`, `sse` or `multipart`. */
export interface ViewerMetrics {
  joined(transport: string): void;
  /** A viewer's connection was closed; `code` is WebSocket's, for every transport. */
  left(transport: string, code: number): void;
  /** A viewer was sent a message. */
  sent(transport: string): void;
}

/** The codes that are told apart: clients can send any. */
const CODES = new Set([
  1000, 1001, 1002, 1003, 1005, 1006, 1007, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4406, 4408, 4409, 4429,
]);

const TRANSPORTS = { transport: ['websocket', 'sse', 'multipart'] };

/** Registers what is counted of those who watch. */
export function createViewerMetrics(registry: MetricsRegistry, prefix: string): ViewerMetrics {
  const registers = [registry];
  const viewers = new Gauge({
    name: `${prefix}live_connections`,
    help: 'Connections that watch.',
    labelNames: ['transport'],
    registers,
  });
  const closes = new Counter({
    name: `${prefix}live_closed_total`,
    help: 'Connections that watched and were closed.',
    labelNames: ['transport', 'code'],
    registers,
  });
  const opened = createCounter(
    registry,
    `${prefix}live_opened_total`,
    'Connections that watch, counted when they begin.',
    TRANSPORTS,
  );
  const messages = createCounter(
    registry,
    `${prefix}live_messages_total`,
    'Messages that those who watch were sent.',
    TRANSPORTS,
  );
  return {
    joined: (transport) => {
      viewers.inc({ transport });
      opened.inc({ transport });
    },
    left: (transport, code) => {
      viewers.dec({ transport });
      closes.inc({ transport, code: CODES.has(code) ? String(code) : 'other' });
    },
    sent: (transport) => {
      messages.inc({ transport });
    },
  };
}
