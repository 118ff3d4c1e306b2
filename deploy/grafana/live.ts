import type { Described } from './dashboard.ts';
import { lines, parts, percentiles, stat } from './panels.ts';

/** Those who watch. */
export const live: Described = {
  name: 'live',
  title: 'live',
  about: 'Those who watch: how many, what they are told and how late, and why they go. See docs/live.md.',
  rows: {
    'At a glance': [
      stat({
        title: 'Connections',
        about: 'That watch, of all gateways that are picked. LIVE_MAX_VIEWERS bounds each gateway’s.',
        unit: 'short',
        queries: { connections: 'sum(refold_gateway_live_connections{@})' },
      }),
      stat({
        title: 'Told late by',
        about:
          'How long after a change one of twenty is told. A second with webhooks; without, as far apart as the readings.',
        unit: 's',
        queries: percentiles('refold_gateway_live_lag_seconds', '{@}', [95]),
      }),
      stat({
        title: 'Lists and runs that are watched',
        about: 'Everybody who watches the same with the same credentials counts once.',
        unit: 'short',
        queries: { lists: 'sum(refold_gateway_live_feeds{@})', runs: 'sum(refold_gateway_live_runs{@})' },
      }),
      stat({
        title: 'Readings that fail',
        about: 'While they do, those who watch hear nothing.',
        unit: 'percentunit',
        queries: {
          share:
            'sum(rate(refold_gateway_live_ticks_total{@, outcome="failed"}[@])) / sum(rate(refold_gateway_live_ticks_total{@}[@]))',
        },
      }),
    ],
    'Who watches': [
      parts({
        title: 'Connections by transport',
        about: 'They move from a gateway that stops to the others.',
        unit: 'short',
        queries: { '{{transport}}': 'sum by (transport) (refold_gateway_live_connections{@})' },
      }),
      parts({
        title: 'Connections by gateway',
        about: 'After a restart they stay where they went, until they connect again.',
        unit: 'short',
        queries: { '{{instance}}': 'sum by (instance) (refold_gateway_live_connections{@})' },
      }),
      lines({
        title: 'Operations that are open',
        about: 'A connection may have many.',
        unit: 'short',
        queries: { '{{instance}}': 'sum by (instance) (refold_gateway_live_operations{@})' },
      }),
      lines({
        title: 'Connections that begin',
        about: 'Many at once, after a gateway has stopped, are moved ones.',
        unit: 'cps',
        queries: { '{{transport}}': 'sum by (transport) (rate(refold_gateway_live_opened_total{@}[@]))' },
      }),
      parts({
        title: 'Connections that end, by code',
        about:
          '1000 and 1001: they left. 1012: a gateway stops. 1013: slow, or too much to do. 4401 and 4403: signing in. See docs/live.md.',
        unit: 'cps',
        queries: { '{{code}}': 'sum by (code) (rate(refold_gateway_live_closed_total{@}[@]))' },
      }),
    ],
    'What they are told': [
      parts({
        title: 'Changes, by kind',
        about: 'Once for each who is told. Many PRESENT: viewers begin again and again.',
        unit: 'ops',
        queries: { '{{kind}}': 'sum by (kind) (rate(refold_gateway_live_events_total{@}[@]))' },
      }),
      lines({
        title: 'How late',
        about: 'After the change at Refold, where Refold says when it was.',
        unit: 's',
        queries: percentiles('refold_gateway_live_lag_seconds', '{@}', [50, 95]),
      }),
      parts({
        title: 'Messages, by transport',
        about: 'All that is sent to those who watch.',
        unit: 'ops',
        queries: { '{{transport}}': 'sum by (transport) (rate(refold_gateway_live_messages_total{@}[@]))' },
      }),
      lines({
        title: 'Not taken yet',
        about: 'What waits for slow viewers. LIVE_MAX_UNREAD_BYTES bounds it.',
        unit: 'bytes',
        queries: { '{{instance}}': 'sum by (instance) (refold_gateway_live_unread_bytes{@})' },
      }),
    ],
    'What it costs': [
      parts({
        title: 'Readings of Refold, by what came of them',
        about: 'Most find nothing new. Failed ones are tried again.',
        unit: 'ops',
        queries: { '{{outcome}}': 'sum by (outcome) (rate(refold_gateway_live_ticks_total{@}[@]))' },
      }),
      parts({
        title: 'Webhooks, by what became of them',
        about:
          'While they arrive, readings are three times as far apart. Refused: WEBHOOK_SECRETS lacks the key they are signed with.',
        unit: 'ops',
        queries: { '{{outcome}}': 'sum by (outcome) (rate(refold_gateway_webhooks_total{@}[@]))' },
      }),
    ],
  },
};
