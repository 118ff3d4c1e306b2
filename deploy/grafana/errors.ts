import type { Described } from './dashboard.ts';
import { lines, parts, stat } from './panels.ts';

/** What goes wrong, and for whom. */
export const errors: Described = {
  name: 'errors',
  title: 'errors',
  about:
    'What goes wrong, and on whose side: the client’s, Refold’s, or the gateway’s. See docs/errors.md and docs/operations.md.',
  rows: {
    'At a glance': [
      stat({
        title: 'Operations that fail through no fault of their client',
        about: 'Of Refold or of the gateway.',
        unit: 'percentunit',
        queries: {
          share:
            'sum(rate(refold_gateway_operation_seconds_count{@, code=~"UPSTREAM_.+|RATE_LIMITED|OVERLOADED|INTERNAL_SERVER_ERROR"}[@])) / sum(rate(refold_gateway_operation_seconds_count{@}[@]))',
        },
      }),
      stat({
        title: 'Defects',
        about: 'In the time shown. Each has left a line `unexpected error` with its stack.',
        unit: 'short',
        queries: {
          defects: 'sum(increase(refold_gateway_log_lines_total{@, level="error"}[$__range]))',
        },
      }),
      stat({
        title: 'Refold counts as down',
        about: '1: all of it, or a list of it, for everybody. What is remembered is still shown.',
        unit: 'short',
        queries: { down: 'max(refold_gateway_breaker_open{@})' },
      }),
      stat({
        title: 'Cannot sign in',
        about: 'The share of operations that are UNAUTHENTICATED.',
        unit: 'percentunit',
        queries: {
          share:
            'sum(rate(refold_gateway_operation_seconds_count{@, code="UNAUTHENTICATED"}[@])) / sum(rate(refold_gateway_operation_seconds_count{@}[@]))',
        },
      }),
    ],
    'What clients are told': [
      parts({
        title: 'Operations with an error, by its code',
        about: 'The first one’s of each. GONE: the client left first.',
        unit: 'ops',
        queries: {
          '{{code}}': 'sum by (code) (rate(refold_gateway_operation_seconds_count{@, code!="OK"}[@]))',
        },
      }),
      parts({
        title: 'Operations',
        about: 'All of them, by how they ended.',
        unit: 'ops',
        queries: {
          well: 'sum(rate(refold_gateway_operation_seconds_count{@, code="OK"}[@]))',
          'with an error': 'sum(rate(refold_gateway_operation_seconds_count{@, code!~"OK|GONE"}[@]))',
          'the client left':
            'sum(rate(refold_gateway_operation_seconds_count{@, code="GONE"}[@])) or vector(0)',
        },
      }),
    ],
    'For whom': [
      parts({
        title: 'Operations with an error, by name',
        about: 'The ten that fail most. Names beyond the fifty that are told apart are (other).',
        unit: 'ops',
        queries: {
          '{{operation}}':
            'topk(10, sum by (operation) (rate(refold_gateway_operations_total{@, code!~"OK|GONE"}[@])))',
        },
      }),
      parts({
        title: 'Operations with an error, by client',
        about: 'By the name and version that clients tell. (unknown): they tell none.',
        unit: 'ops',
        queries: {
          '{{client}} {{version}}':
            'topk(10, sum by (client, version) (rate(refold_gateway_client_operations_total{@, code!~"OK|GONE"}[@])))',
        },
      }),
      parts({
        title: 'Requests, by status',
        about:
          'Of HTTP. GraphQL answers most errors with 200; 401 is for those who have not signed in, 499 for those who left.',
        unit: 'reqps',
        queries: {
          '{{http_response_status_code}}':
            'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{@}[@]))',
        },
      }),
      parts({
        title: 'Lines of the log',
        about: 'Warnings and errors: see docs/operations.md for what each means.',
        unit: 'cps',
        queries: {
          '{{level}}': 'sum by (level) (rate(refold_gateway_log_lines_total{@, level=~"warn|error"}[@]))',
        },
      }),
    ],
    'What Refold answers': [
      parts({
        title: 'Failed requests, by route and status',
        about: 'None: no answer in time, or none at all.',
        unit: 'reqps',
        queries: {
          '{{route}} {{status}}':
            'sum by (route, status) (rate(refold_gateway_upstream_request_seconds_count{@, status!~"2.."}[@]))',
        },
      }),
      lines({
        title: 'What counts as down',
        about:
          'For everybody: Refold or a list of it. For single callers: an id, a list or a change that fails for them alone.',
        unit: 'short',
        queries: {
          'for everybody, {{instance}}': 'max by (instance) (refold_gateway_breaker_open{@})',
          'for single callers, {{instance}}': 'sum by (instance) (refold_gateway_breaker_open_callers{@})',
        },
      }),
    ],
    'What the gateway refuses': [
      parts({
        title: 'Operations, since there is too much to do',
        about: 'Event loop, memory, operations: 503 OVERLOADED. Heavy: those alone whose answer is large.',
        unit: 'ops',
        queries: { '{{reason}}': 'sum by (reason) (rate(refold_gateway_overloaded_total{@}[@]))' },
      }),
      parts({
        title: 'Connections, for what they take up',
        about: 'Crowded: MAX_CONNECTIONS. The others are slow, or send too much ahead.',
        unit: 'cps',
        queries: { '{{reason}}': 'sum by (reason) (rate(refold_gateway_connections_closed_total{@}[@]))' },
      }),
      parts({
        title: 'Calls, for want of Refold’s rate',
        about: 'Interactive ones are RATE_LIMITED to people.',
        unit: 'reqps',
        queries: { '{{priority}}': 'sum by (priority) (rate(refold_gateway_rate_refusals_total{@}[@]))' },
      }),
      lines({
        title: 'Versions that run',
        about: 'How many gateways of each. More than one for long: an upgrade got stuck.',
        unit: 'short',
        queries: { '{{version}}': 'count by (version) (refold_gateway_build_info{@})' },
      }),
      parts({
        title: 'Documents, by where they stand',
        about:
          'Where there is a list of trusted documents, or clients register their own. Refused: a client asks what the list does not have.',
        unit: 'ops',
        queries: {
          '{{outcome}}': 'sum by (outcome) (rate(refold_gateway_documents_total{@}[@]))',
        },
      }),
      parts({
        title: 'Webhooks that are refused',
        about: 'Not signed with one of WEBHOOK_SECRETS, or not readable.',
        unit: 'ops',
        queries: { refused: 'sum(rate(refold_gateway_webhooks_total{@, outcome="refused"}[@]))' },
      }),
    ],
  },
};
