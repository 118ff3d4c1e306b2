import type { Described } from './dashboard.ts';
import { lines, parts, percentiles, stat } from './panels.ts';

/** What of Refold's rate is used, by whom it is waited for, and what is spared. */
export const budget: Described = {
  name: 'budget',
  title: 'budget',
  about: 'What of Refold’s rate is used, who waits for it, and what the gateway spares. See docs/budget.md.',
  rows: {
    'At a glance': [
      stat({
        title: 'Share of the rate that is used',
        about:
          'Of UPSTREAM_RATE_PER_SECOND, by all gateways that are picked. Near 1 for long, people begin to wait.',
        unit: 'percentunit',
        queries: {
          share:
            'sum(rate(refold_gateway_upstream_request_seconds_count{@}[@])) / scalar(max(refold_gateway_rate_limit_per_second{@}))',
        },
      }),
      stat({
        title: 'People wait',
        about: 'How long a call that somebody waits for has waited for its turn, on average.',
        unit: 's',
        queries: {
          wait: 'sum(rate(refold_gateway_rate_wait_seconds_sum{@, priority="interactive"}[@])) / sum(rate(refold_gateway_rate_wait_seconds_count{@, priority="interactive"}[@]))',
        },
      }),
      stat({
        title: 'Refused for want of rate',
        about: 'Calls whose turn would have come too late. People see RATE_LIMITED.',
        unit: 'reqps',
        queries: { refused: 'sum(rate(refold_gateway_rate_refusals_total{@}[@]))' },
      }),
      stat({
        title: 'Answered from memory',
        about: 'The share of all reads that needed no request of their own.',
        unit: 'percentunit',
        queries: {
          share:
            'sum(rate(refold_gateway_cache_reads_total{@, outcome!="miss"}[@])) / sum(rate(refold_gateway_cache_reads_total{@}[@]))',
        },
      }),
    ],
    'What is used': [
      lines({
        title: 'Requests to Refold, and how many there may be',
        about:
          'A second. With Redis the rate is that of all gateways together, without it each has its part.',
        unit: 'reqps',
        queries: {
          requests: 'sum(rate(refold_gateway_upstream_request_seconds_count{@}[@]))',
          allowed: 'max(refold_gateway_rate_limit_per_second{@})',
        },
      }),
      lines({
        title: 'Left at the moment',
        about: 'What could be sent at once, of the bucket that has least left. It is at 0 while calls wait.',
        unit: 'short',
        queries: { '{{instance}}': 'min by (instance) (refold_gateway_rate_available{@})' },
      }),
      parts({
        title: 'Requests to Refold by status',
        about:
          'Any 429 means that somebody else uses the same key, or that the gateway was told a wrong rate.',
        unit: 'reqps',
        queries: {
          '{{status}}': 'sum by (status) (rate(refold_gateway_upstream_request_seconds_count{@}[@]))',
        },
      }),
      parts({
        title: 'Requests to Refold by route',
        about: 'What the rate is spent on.',
        unit: 'reqps',
        queries: {
          '{{route}}': 'sum by (route) (rate(refold_gateway_upstream_request_seconds_count{@}[@]))',
        },
      }),
      parts({
        title: 'Requests to Refold by gateway',
        about: 'Each brings its part of the rate; whoever needs it has it, where they share Redis.',
        unit: 'reqps',
        queries: {
          '{{instance}}': 'sum by (instance) (rate(refold_gateway_upstream_request_seconds_count{@}[@]))',
        },
      }),
      lines({
        title: 'Repeated',
        about:
          'Reads that were asked for once more after a failure in passing: one of ten calls at the most.',
        unit: 'reqps',
        queries: { repeated: 'sum(rate(refold_gateway_upstream_retries_total{@}[@]))' },
      }),
    ],
    'What it is spent on': [
      parts({
        title: 'Requests to Refold, by operation',
        about: 'The ten that need most of them. Names beyond the fifty that are told apart are (other).',
        unit: 'reqps',
        queries: {
          '{{operation}}':
            'topk(10, sum by (operation) (rate(refold_gateway_operation_upstream_calls_total{@}[@])))',
        },
      }),
      lines({
        title: 'Cost of an operation',
        about:
          'Calls that it could need by the estimate, and calls that it made, on average. What is remembered makes none.',
        unit: 'short',
        queries: {
          '{{kind}}':
            'sum by (kind) (rate(refold_gateway_operation_cost_sum{@}[@])) / sum by (kind) (rate(refold_gateway_operation_cost_count{@}[@]))',
        },
      }),
    ],
    'Who waits': [
      lines({
        title: 'Waits of people for a turn',
        about: 'Of calls that somebody waits for. Above a second for long, the budget is used up.',
        unit: 's',
        queries: percentiles('refold_gateway_rate_wait_seconds', '{@, priority="interactive"}', [50, 95, 99]),
      }),
      lines({
        title: 'Waits in the background',
        about: 'Of refreshes and of readings for those who watch. They let people go first, by design.',
        unit: 's',
        queries: percentiles('refold_gateway_rate_wait_seconds', '{@, priority="background"}', [50, 95]),
      }),
      lines({
        title: 'Calls that wait',
        about: 'Bounded by UPSTREAM_QUEUE_SIZE.',
        unit: 'short',
        queries: { '{{instance}}': 'sum by (instance) (refold_gateway_queue_length{@})' },
      }),
      parts({
        title: 'Refused for want of rate',
        about: 'Interactive ones are RATE_LIMITED to people.',
        unit: 'reqps',
        queries: { '{{priority}}': 'sum by (priority) (rate(refold_gateway_rate_refusals_total{@}[@]))' },
      }),
    ],
    'What is spared': [
      parts({
        title: 'Reads of the cache',
        about:
          'Hit: as good as new. Stale: shown, and fetched anew behind it. Shared: another gateway asked. Miss: asked.',
        unit: 'ops',
        queries: { '{{outcome}}': 'sum by (outcome) (rate(refold_gateway_cache_reads_total{@}[@]))' },
      }),
      lines({
        title: 'Shared at the moment',
        about:
          'Requests that joined one in flight, and whole answers that were given again, or to others who asked the same.',
        unit: 'ops',
        queries: {
          'joined one in flight': 'sum(rate(refold_gateway_coalesced_total{@}[@]))',
          'whole answers, again': 'sum(rate(refold_gateway_answers_reused_total{@}[@]))',
          'whole answers, to others': 'sum(rate(refold_gateway_answers_shared_total{@}[@]))',
        },
      }),
      parts({
        title: 'Memory of the cache',
        about: 'Of CACHE_MAX_BYTES, all gateways together.',
        unit: 'bytes',
        queries: {
          'answers of Refold': 'sum(refold_gateway_cache_bytes{@})',
          'whole answers': 'sum(refold_gateway_answer_bytes{@})',
        },
      }),
      lines({
        title: 'Made room',
        about: 'Answers that had to go for want of room. Many of them: give it more by CACHE_MAX_BYTES.',
        unit: 'ops',
        queries: { '{{instance}}': 'sum by (instance) (rate(refold_gateway_cache_evictions_total{@}[@]))' },
      }),
      lines({
        title: 'Redis answers',
        about:
          '1 while it does. Without it each gateway keeps to its part of the rate and to its own memory.',
        unit: 'short',
        queries: { '{{instance}}': 'min by (instance) (refold_gateway_redis_up{@})' },
      }),
    ],
  },
};
