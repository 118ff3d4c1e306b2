/** The gateway's address; one without an origin is on the page's own. */
export function addressOf(url: string): URL {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return new URL(url, location?.href);
}
