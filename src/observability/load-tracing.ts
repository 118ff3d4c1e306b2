import type { Tracing, TracingOptions, TracingParts } from './tracing.ts';

/** What makes traces, with an SDK that is loaded where they are asked for; null: they are not. */
export async function loadTracing(
  options: TracingOptions | null,
  parts: TracingParts,
): Promise<Tracing | null> {
  if (options === null) return null;
  const { createTracing } = await import('./tracing-sdk.ts');
  return createTracing(options, parts);
}
