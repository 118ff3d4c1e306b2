/** What `/metrics` says: each series with its labels, and its value. */
export async function seriesAt({ url }: { readonly url: string }): Promise<ReadonlyMap<string, number>> {
  return seriesIn(await (await fetch(`${url}/metrics`)).text());
}

/** The same of a text in Prometheus's format. */
export function seriesIn(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** The series of one metric, by their labels. */
export function ofMetric(
  series: ReadonlyMap<string, number>,
  name: string,
): Readonly<Record<string, number>> {
  const own = [...series].filter(([key]) => key.startsWith(`${name}{`));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(name.length), value]));
}
