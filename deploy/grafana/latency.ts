import type { Described } from './dashboard.ts';
import { lines, percentiles, spread, stat } from './panels.ts';

/** How long people wait, and for what. */
export const latency: Described = {
  name: 'latency',
  title: 'latency',
  about:
    'How long operations take, and what they wait for: Refold, its rate, or the gateway’s own processor.',
  rows: {
    'At a glance': [
      stat({
        title: 'Queries and mutations',
        about: 'A second, of all gateways that are picked.',
        unit: 'ops',
        queries: { operations: 'sum(rate(refold_gateway_operation_seconds_count{@}[@]))' },
      }),
      stat({
        title: 'Half of them take less than',
        about: 'The median.',
        unit: 's',
        queries: percentiles('refold_gateway_operation_seconds', '{@}', [50]),
      }),
      stat({
        title: 'One of twenty takes longer than',
        about: 'The 95th percentile.',
        unit: 's',
        queries: percentiles('refold_gateway_operation_seconds', '{@}', [95]),
      }),
      stat({
        title: 'In progress',
        about: 'Operations that are being answered now.',
        unit: 'short',
        queries: { operations: 'sum(refold_gateway_operations_in_progress{@})' },
      }),
    ],
    Operations: [
      lines({
        title: 'How long they take',
        exemplars: true,
        about: 'Queries and mutations, from the request to the end of its answer.',
        unit: 's',
        queries: percentiles('refold_gateway_operation_seconds', '{@}', [50, 95, 99]),
      }),
      spread({
        title: 'How it spreads',
        about: 'Darker: more operations. Two bands are what is remembered, and what Refold was asked for.',
        unit: 's',
        queries: { '{{le}}': 'sum by (le) (rate(refold_gateway_operation_seconds_bucket{@}[@]))' },
      }),
    ],
    'Which of them': [
      lines({
        title: 'Mean time, by operation',
        about:
          'The ten that take most of the time in all. Names beyond the fifty that are told apart are (other).',
        unit: 's',
        queries: {
          '{{operation}}':
            'topk(10, sum by (operation) (rate(refold_gateway_operation_time_seconds_total{@}[@]))) / sum by (operation) (rate(refold_gateway_operations_total{@, type!="subscription"}[@]))',
        },
      }),
      lines({
        title: 'Requests, by route',
        exemplars: true,
        about: 'The 95th percentile of HTTP. What is watched is not among them.',
        unit: 's',
        queries: {
          '{{http_route}}':
            'histogram_quantile(0.95, sum by (http_route, le) (rate(http_server_request_duration_seconds_bucket{@}[@])))',
        },
      }),
    ],
    'What they wait for': [
      lines({
        title: 'Refold, by route',
        exemplars: true,
        about: 'The 95th percentile of its answers. UPSTREAM_TIMEOUT_MS ends an attempt.',
        unit: 's',
        queries: {
          '{{route}}':
            'histogram_quantile(0.95, sum by (route, le) (rate(refold_gateway_upstream_request_seconds_bucket{@}[@])))',
        },
      }),
      lines({
        title: 'Refold’s rate',
        exemplars: true,
        about: 'Waits of people’s calls for their turn.',
        unit: 's',
        queries: percentiles('refold_gateway_rate_wait_seconds', '{@, priority="interactive"}', [50, 95]),
      }),
      lines({
        title: 'The event loop',
        about:
          'How late it comes, one of a hundred times. Above 0.25 s for long, there is more to do than one processor can.',
        unit: 's',
        queries: { '{{instance}}': 'max by (instance) (nodejs_eventloop_lag_p99_seconds{@})' },
      }),
      lines({
        title: 'Collecting garbage',
        about: 'The share of the time that is spent on it, by its kind.',
        unit: 'percentunit',
        queries: { '{{kind}}': 'sum by (kind) (rate(nodejs_gc_duration_seconds_sum{@}[@]))' },
      }),
    ],
    'What they take': [
      lines({
        title: 'Processor',
        about: 'Seconds of a processor a second. A gateway can use little more than one.',
        unit: 'percentunit',
        queries: { '{{instance}}': 'sum by (instance) (rate(process_cpu_seconds_total{@}[@]))' },
      }),
      lines({
        title: 'Memory',
        about: 'Of the process. Below 300 MB under load, and up to 0.1 MB more for each that watches.',
        unit: 'bytes',
        queries: { '{{instance}}': 'sum by (instance) (process_resident_memory_bytes{@})' },
      }),
      lines({
        title: 'Heap in use',
        about: 'Of JavaScript. It falls with each collection; a floor that keeps rising is a leak.',
        unit: 'bytes',
        queries: { '{{instance}}': 'sum by (instance) (nodejs_heap_size_used_bytes{@})' },
      }),
      lines({
        title: 'Since the start',
        about: 'How long each gateway has been running.',
        unit: 's',
        queries: { '{{instance}}': 'time() - max by (instance) (process_start_time_seconds{@})' },
      }),
    ],
  },
};
