import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, run, startSandbox, whenReady, type Service } from '../processes.ts';
import { LOAD_CORE, pinned } from './pinned.ts';

const API = '/api/v2/public';
const WORKFLOWS = 5;
const APPLICATIONS = 3;
const STEPS = 45;
const OUTPUT_BYTES = 100_000;

/** How many rows the lists that are asked for have. */
export const SIZES = [10, 100];

type Doc = Readonly<Record<string, unknown>>;
interface Page {
  readonly docs: readonly Doc[];
}

/** The upstream of all servers: nginx, which answers at once from files. */
export interface Upstream extends Service {
  /** The run whose detail it has. */
  readonly runId: string;
  /** How many requests it has answered so far. */
  answered(): Promise<number>;
}

/** Starts it; the data is the sandbox's, and the folder gets its files. */
export async function startUpstream(folder: string): Promise<Upstream> {
  const root = path.join(folder, 'root');
  const runId = await writeAnswers(path.join(root, API));
  const port = await freePort();
  const config = path.join(folder, 'upstream.conf');
  writeFileSync(config, nginxConfig(folder, 'upstream', upstreamServer(root, port)));
  const program = run(...pinned(LOAD_CORE, 'nginx', ['-c', config, '-e', 'stderr']));
  const url = `http://127.0.0.1:${String(port)}`;
  let ownRequests = 0;
  const answered = async () => {
    const text = await (await fetch(`${url}/status`)).text();
    const requests = Number(/^ \d+ \d+ (\d+)/m.exec(text)?.[1]);
    ownRequests++;
    return requests - ownRequests;
  };
  await whenReady(program, async () => (await answered()) >= 0);
  return { ...program, url, runId, answered };
}

/** A whole configuration of nginx around one server: in one process, with all it writes in the folder. */
export function nginxConfig(folder: string, name: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${path.join(folder, `${name}-${kind}`)};`,
  );
  return `
daemon off; master_process off; pid ${path.join(folder, `${name}.pid`)}; error_log stderr warn;
events { worker_connections 16000; }
http {
  access_log off; ${temporary.join(' ')}
  keepalive_requests 1000000000; keepalive_timeout 600s; tcp_nodelay on;
  default_type application/json; types { }
  ${server}
}
`;
}

function upstreamServer(root: string, port: number): string {
  const sizes = SIZES.map((size) => `${String(size)} ${String(size)};`).join(' ');
  return `
  sendfile on; open_file_cache max=100 inactive=600s; open_file_cache_valid 600s;
  map $arg_limit $rows { default 10; ${sizes} }
  server {
    listen 127.0.0.1:${String(port)} backlog=4096;
    root ${root};
    location = /status { stub_status; }
    location = ${API}/execution { try_files ${API}/executions-$rows.json =404; }
    location = ${API}/workflow { try_files ${API}/workflows.json =404; }
    location = ${API}/application { try_files ${API}/applications.json =404; }
    location ~ ^${API}/workflow/(\\w+)$ { try_files ${API}/workflow/$1.json =404; }
    location ~ ^${API}/execution/(\\w+)$ { try_files ${API}/execution/$1.json =404; }
  }`;
}

/** Writes what the upstream answers, made from what the sandbox answers; returns the id of the run with steps. */
async function writeAnswers(folder: string): Promise<string> {
  const sandbox = await startSandbox({ rate: 0, arrivals: 0 });
  const get = async (asked: string): Promise<unknown> => {
    const headers = { authorization: 'Bearer session-demo' };
    return (await fetch(sandbox.url + API + asked, { headers })).json();
  };
  for (const kind of ['workflow', 'execution']) mkdirSync(path.join(folder, kind), { recursive: true });
  const write = (name: string, body: unknown) => {
    writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(body));
  };

  const applications = ((await get('/application')) as readonly Doc[]).slice(0, APPLICATIONS);
  const { docs: workflows } = (await get(`/workflow?limit=${String(WORKFLOWS)}`)) as Page;
  write('applications', applications);
  const whole = { totalDocs: WORKFLOWS, limit: 100, page: 1, totalPages: 1, pagingCounter: 1 };
  const alone = { hasPrevPage: false, hasNextPage: false, prevPage: null, nextPage: null };
  write('workflows', { docs: workflows, ...whole, ...alone });
  for (const workflow of workflows) {
    const id = String(workflow['_id']);
    write(`workflow/${id}`, await get(`/workflow/${id}`));
  }

  const named = rowsNaming(workflows, applications);
  let runId = '';
  for (const size of SIZES) {
    const page = (await get(`/execution?page=1&limit=${String(size)}`)) as Page;
    write(`executions-${String(size)}`, { ...page, docs: page.docs.map(named) });
    const [ended] = page.docs.filter(({ status }) => status === 'COMPLETED');
    runId = String(ended?.['_id']);
  }
  write(`execution/${runId}`, withSteps(named((await get(`/execution/${runId}`)) as Doc, 0)));
  await sandbox.stop();
  return runId;
}

/** Lets rows name these workflows and applications, in turn. */
function rowsNaming(workflows: readonly Doc[], applications: readonly Doc[]) {
  return (row: Doc, index: number): Doc => {
    const workflow = workflows[index % WORKFLOWS] ?? {};
    const application = applications[index % APPLICATIONS] ?? {};
    return {
      ...row,
      name: workflow['name'],
      associated_workflow: embedded(workflow['_id'], workflow),
      associated_application: embedded(application['app_id'], application),
    };
  };
}

/** With an `id` besides, since templates of Tailcall cannot name `_id`. */
function embedded(id: unknown, { name, icon }: Doc): Doc {
  return { _id: id, id, name, icon };
}

/** Gives a run as many steps as are seen in large ones, each with its share of what they gave out. */
function withSteps(run: Doc): Doc {
  const nodes = Array.from({ length: STEPS }, (_, index) => {
    const records: unknown[] = [];
    while (JSON.stringify(records).length < OUTPUT_BYTES / STEPS - 60) {
      const nth = records.length;
      records.push({
        id: index * 1000 + nth,
        email: `person-${String(nth)}@example.com`,
        amount: nth * 1.5,
        paid: nth % 2 === 0,
      });
    }
    return {
      node_id: String(index + 1),
      node_name: `Step ${String(index + 1)}`,
      node_type: index === 0 ? 'start' : 'action',
      node_status: 'Success',
      is_batch: false,
      attempts_made: 1,
      execution_time: 100 + index,
      latest_output: { records },
    };
  });
  return { ...run, nodes };
}
