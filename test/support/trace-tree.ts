import type { ReceivedSpan } from './otlp.ts';

/** What is printed of a span besides its name. */
const SHOWN = [
  'http.response.status_code',
  'http.request.resend_count',
  'graphql.operation.name',
  'refold.answer',
  'refold.cost.requested',
  'refold.cost.actual',
  'refold.priority',
  'error.type',
] as const;

/** Prints the spans of a trace as a tree: what began first comes first. */
export function printTree(spans: readonly ReceivedSpan[], traceId: string): string {
  const ofTrace = spans
    .filter((span) => span.traceId === traceId)
    .toSorted((one, other) => Number(one.startNs - other.startNs));
  const isThere = ({ parentId }: ReceivedSpan) => ofTrace.some(({ spanId }) => spanId === parentId);
  const lines = (parts: readonly ReceivedSpan[], indent: string): string[] =>
    parts.flatMap((span, index) => {
      const isLast = index === parts.length - 1;
      const below = ofTrace.filter(({ parentId }) => parentId === span.spanId);
      return [
        `${indent}${isLast ? '└─' : '├─'} ${describe(span)}`,
        ...lines(below, `${indent}${isLast ? '   ' : '│  '}`),
      ];
    });
  return lines(
    ofTrace.filter((span) => !isThere(span)),
    '',
  ).join('\n');
}

function describe({ name, kind, attributes, events }: ReceivedSpan): string {
  const shown = SHOWN.filter((key) => attributes[key] !== undefined).map(
    (key) => `${key}=${String(attributes[key])}`,
  );
  const happened = events.map((event) => `(${[event.name, ...Object.values(event.attributes)].join(' ')})`);
  return [name, `[${kind}]`, ...shown, ...happened].join(' ');
}
