import got from 'got';

/** An execution, workflow or application as the upstream spells it. */
export type Doc = Readonly<Record<string, unknown>>;

const BASE = `${process.env['UPSTREAM_URL'] ?? ''}/api/v2/public`;

/** Reads from the upstream as got comes: two retries of failed reads, after `Retry-After` where there is one. */
export async function read<T>(
  authorization: string,
  path: string,
  query: Record<string, string> = {},
): Promise<T> {
  return got(BASE + path, { headers: { authorization }, searchParams: query }).json<T>();
}

/** One page of executions. */
export function readExecutions(
  authorization: string,
  page: { readonly number: number; readonly size: number },
  status: string | undefined,
): Promise<{ readonly docs: readonly Doc[]; readonly totalDocs: number }> {
  const query = { page: String(page.number), limit: String(page.size) };
  return read(authorization, '/execution', { ...query, ...(status === undefined ? {} : { status }) });
}
