import { startOnFakeClock } from './budget.ts';
import type { Setup } from './gateway.ts';
import { startCollector, type CollectorSetup, type ReceivedSpan } from './otlp.ts';

/** A trace as a service in front has begun it. */
export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const CALLER = 'b7ad6b7169203331';
/** As that service sends it. */
export const PARENT = { traceparent: `00-${TRACE_ID}-${CALLER}-01` };

/** A page of a run history: three calls upstream. */
export const PAGE = `query RunHistory {
  executions(page: { number: 1, size: 10 }) {
    nodes { id status workflow { name description } application { name slug } }
  }
}`;

/** A gateway on a clock that the test moves, which sends its traces to a collector. */
export async function startTraced(
  { env, ...setup }: Omit<Setup, 'clock'> = {},
  collecting: CollectorSetup = {},
) {
  const collector = await startCollector(collecting);
  const gateway = await startOnFakeClock({ ...setup, env: { ...collector.env, ...env } });
  /** All there is, once the gateway has stopped: it sends what is left. */
  const allSpans = async (): Promise<readonly ReceivedSpan[]> => {
    await gateway.app.stop();
    return collector.spans();
  };
  return { ...gateway, collector, allSpans };
}

/** The spans of that name. */
export function named(spans: readonly ReceivedSpan[], name: string): readonly ReceivedSpan[] {
  return spans.filter((span) => span.name === name);
}

/** The one span of that name. @throws Error where there are more, or none */
export function the(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const [span, ...more] = named(spans, name);
  if (span === undefined || more.length > 0) {
    throw new Error(`There is not one span ${name} among ${spans.map((one) => one.name).join(', ')}`);
  }
  return span;
}

/** What links to it look like. */
export function linkTo({ traceId, spanId }: ReceivedSpan) {
  return { traceId, spanId };
}
