import { startGateway, startServer, type Setup } from './gateway.ts';

/** A run of an upstream whose rows and details a test writes itself. */
export interface OwnRun {
  readonly id: string;
  readonly status: string;
  readonly createdAt: string;
  readonly nodes?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A run so many minutes old, whose second step failed and gave this out. */
export function failedRun(minutesOld: number, output: unknown, run: Partial<OwnRun> = {}): OwnRun {
  return {
    id: minutesOld.toString(16).padStart(24, '0'),
    status: 'ERRORED',
    createdAt: new Date(Date.parse('2024-05-01T12:00:00.000Z') - minutesOld * 60_000).toISOString(),
    nodes: [
      { node_id: '1', node_name: 'Start', node_status: 'Success', latest_output: { message: 'not this' } },
      { node_id: '2', node_name: 'Send', node_status: 'Errored', latest_output: output },
      { node_id: '3', node_name: 'End', node_status: 'Ready', latest_output: null },
    ],
    ...run,
  };
}

/** A gateway in front of these runs, the newest first, and the paths that it has asked for. */
export async function startOver(runs: readonly OwnRun[], setup: Setup = {}) {
  const asked: string[] = [];
  const current = [...runs];
  const upstreamUrl = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://upstream');
    const path = pathname.replace('/api/v2/public', '');
    asked.push(path);
    const body = path === '/execution' ? pageOf(current, searchParams) : detailOf(current, path);
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { message: 'Not found' }));
  });
  const gateway = await startGateway({ ...setup, upstreamUrl });
  /** What has been asked for since the last time. */
  const take = () => asked.splice(0);
  return { ...gateway, upstreamUrl, runs: current, take };
}

function pageOf(runs: readonly OwnRun[], query: URLSearchParams) {
  const status = query.get('status') ?? 'All';
  const [page, limit] = [Number(query.get('page')), Number(query.get('limit'))];
  const matching = runs.filter((run) => status === 'All' || run.status === status);
  const rows = query.get('sortAsc') === 'true' ? matching.toReversed() : matching;
  return {
    docs: rows.slice((page - 1) * limit, page * limit).map(rowOf),
    totalDocs: rows.length,
    limit,
    page,
    totalPages: Math.max(1, Math.ceil(rows.length / limit)),
  };
}

function rowOf({ id, status, createdAt, more }: OwnRun) {
  return { _id: id, name: 'Run', status, createdAt, ...more };
}

function detailOf(runs: readonly OwnRun[], path: string) {
  const run = runs.find(({ id }) => path === `/execution/${id}`);
  return run === undefined ? null : { ...rowOf(run), completion_percentage: 50, nodes: run.nodes };
}
