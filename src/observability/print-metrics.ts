import { Registry, type OpenMetricsContentType } from 'prom-client';

/** What everything is registered in: exemplars need the newer of the two formats. */
export type MetricsRegistry = Registry<OpenMetricsContentType>;

/** What is printed, and how a scraper is told to read it. */
export interface PrintedMetrics {
  readonly contentType: string;
  readonly text: string;
}

/** An empty registry. */
export function createRegistry(): MetricsRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

/**
 * Prints all of it in the format that a scraper asks for: OpenMetrics, with exemplars, or Prometheus's own text.
 * @param accept the header of this name
 */
export async function printMetrics(
  registry: MetricsRegistry,
  accept: string | undefined,
): Promise<PrintedMetrics> {
  const text = await registry.metrics();
  if (prefersOpenMetrics(accept)) return { contentType: Registry.OPENMETRICS_CONTENT_TYPE, text };
  return { contentType: Registry.PROMETHEUS_CONTENT_TYPE, text: inOldFormat(text) };
}

const OPEN_METRICS = 'application/openmetrics-text';
const OLD_FORMAT = 'text/plain';

/** Whether a scraper would rather have OpenMetrics; who says nothing of it has the older format. */
function prefersOpenMetrics(accept: string | undefined): boolean {
  if (accept?.includes(OPEN_METRICS) !== true) return false;
  const wish = (type: string) => Math.max(0, ...accept.split(',').map((part) => qualityOf(part, type)));
  return wish(OPEN_METRICS) > wish(OLD_FORMAT);
}

/** How much a media type is wanted by one part of an `Accept`; 0: it is of another type. */
function qualityOf(part: string, type: string): number {
  const [name, ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
  if (name !== type) return 0;
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return quality === undefined ? 1 : Number(quality.slice(2));
}

/** OpenMetrics counts under a name without `_total`, and has exemplars and an end. No label has what begins an exemplar. */
function inOldFormat(text: string): string {
  const counters = new Set(Array.from(text.matchAll(/^# TYPE (\S+) counter$/gm), ([, name]) => name));
  return text
    .replaceAll(/^# (HELP|TYPE) (\S+)/gm, (head, _kind, name: string) =>
      counters.has(name) ? `${head}_total` : head,
    )
    .replaceAll(/^(# TYPE \S+) unknown$/gm, '$1 untyped')
    .replaceAll(/ # \{trace_id=.*$/gm, '')
    .replace(/# EOF\n$/, '');
}
