import got from 'got';

/** An execution, workflow or application as the upstream spells it. */
export type Doc = Readonly<Record<string, unknown>>;

/** A page of executions as the upstream spells it. */
export interface ExecutionPage {
  readonly docs: readonly Doc[];
  readonly totalDocs: number;
  readonly hasNextPage: boolean;
  readonly page: number;
  readonly totalPages: number;
}

const BASE = `${process.env['UPSTREAM_URL'] ?? ''}/api/v2/public`;

/** Reads from the upstream as got comes: two retries of failed reads, after `Retry-After` where there is one. */
export async function read<T>(
  authorization: string,
  path: string,
  query: Record<string, string> = {},
): Promise<T> {
  return got(BASE + path, { headers: { authorization }, searchParams: query }).json<T>();
}
