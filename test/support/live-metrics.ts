/** The value of a gateway's metric, summed over its labels. */
export async function metricOf({ url }: { readonly url: string }, name: string): Promise<number> {
  const printed = await (await fetch(`${url}/metrics`)).text();
  const values = printed.matchAll(new RegExp(`^refold_gateway_${name}(?:\\{.*\\})? (\\d+)$`, 'gm'));
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}
