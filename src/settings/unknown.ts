/** How the gateway's own variables begin: nobody else is likely to set one that does. */
const PREFIXES = [
  'UPSTREAM_',
  'CACHE_',
  'JWT_',
  'REDIS_',
  'AUTH_',
  'REFOLD_',
  'CORS_',
  'REDACT_',
  'SHUTDOWN_',
  'WEBHOOK_',
  'TRUSTED_',
  'APQ_',
];
/** What Kubernetes sets for a service, of whatever name. */
const OF_A_SERVICE = /_SERVICE_(HOST|PORT)(_|$)|_PORT(_|$)/;
/** What OpenTelemetry has for metrics and logs, which other programs may be told in the same place. */
const OF_OTHER_SIGNALS = /^OTEL_(BLRP|METRICS?|LOGRECORD|LOGS|EXPORTER_OTLP_(METRICS|LOGS))_/;
/** Shorter names are too close to those of others, such as `POST` to `HOST`. */
const MIN_TYPED_LENGTH = 6;
const MAX_TYPING_MISTAKES = 2;

/**
 * Says which variables look like the gateway's own and are not: such as one with a typing mistake, which would go
 * unnoticed.
 * @param names those that are set
 * @param known the gateway's own
 * @returns a sentence for each, naming it, and what may have been meant
 */
export function tellUnknown(names: readonly string[], known: readonly string[]): string[] {
  const unknown = names.filter((name) => !known.includes(name) && !isOfOthers(name));
  return unknown.flatMap((name) => {
    const meant = closestTo(name, known);
    if (meant === null && !PREFIXES.some((prefix) => name.startsWith(prefix))) return [];
    const hint = meant === null ? '' : `: did you mean ${meant}?`;
    return [`${name} is set, and is no variable of the gateway${hint}`];
  });
}

function isOfOthers(name: string): boolean {
  return OF_A_SERVICE.test(name) || OF_OTHER_SIGNALS.test(name);
}

function closestTo(name: string, known: readonly string[]): string | null {
  const near = known
    .filter((one) => one.length >= MIN_TYPED_LENGTH)
    .map((one) => ({ one, mistakes: typingMistakes(name.toUpperCase(), one) }))
    .filter(({ mistakes }) => mistakes <= MAX_TYPING_MISTAKES)
    .sort((some, other) => some.mistakes - other.mistakes);
  return near[0]?.one ?? null;
}

/** How many letters must be added, left out or replaced to make one word of another (Levenshtein). */
function typingMistakes(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let index = 0; index < one.length; index++) {
    const above = row;
    row = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (above[column - 1] ?? 0) + Number(one[index] !== other[column - 1]);
      row.push(Math.min(replaced, (above[column] ?? 0) + 1, (row[column - 1] ?? 0) + 1));
    }
  }
  return row[other.length] ?? 0;
}
