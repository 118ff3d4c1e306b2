import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSandbox } from '../processes.ts';

const HOST = '127.0.0.1';
const DETAIL = /^\/api\/v2\/public\/execution\/([\da-f]{24})(\?|$)/;
const ACCOUNT = 3;
const ROWS = 100;

/** An upstream that answers everybody what the sandbox has answered one, without its work. */
export interface RecordedUpstream {
  readonly url: string;
  /** The id of a run with so many steps, at most 999. They are those of one run, again and again. */
  runWith(steps: number): string;
  /** How many steps that run has. */
  readonly repeatedSteps: number;
  stop(): Promise<void>;
}

interface Run {
  readonly _id: string;
  readonly nodes: readonly object[];
}

/** Starts it in this process. Each address is asked of the sandbox once. */
export async function startRecordedUpstream(): Promise<RecordedUpstream> {
  const sandbox = await startSandbox({ accounts: ACCOUNT + 1, executions: ROWS, rate: 0, arrivals: 0 });
  const read = async (target: string) => {
    const headers = { authorization: `Bearer session-${String(ACCOUNT)}` };
    const response = await fetch(sandbox.url + target, { headers });
    return { status: response.status, text: await response.text() };
  };
  const recorded = new Map<string, ReturnType<typeof read>>();
  const recall = (target: string) => {
    const known = recorded.get(target) ?? read(target);
    recorded.set(target, known);
    return known;
  };
  const base = await longestRun(recall);

  /** A run of as many steps as its id says. */
  const detailOf = (id: string): string => {
    const nodes = Array.from({ length: Number.parseInt(id.slice(-3), 10) }, (_, index) => ({
      ...base.nodes[index % base.nodes.length],
      node_id: String(index + 1),
    }));
    return JSON.stringify({ ...base, _id: id, nodes });
  };

  const answer = async (target: string, response: ServerResponse) => {
    const id = DETAIL.exec(target)?.[1];
    const { status, text } = id === undefined ? await recall(target) : { status: 200, text: detailOf(id) };
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, headers).end(text);
  };
  const server = createServer((request, response) => void answer(request.url ?? '', response));
  server.listen(0, HOST);
  await once(server, 'listening');
  return {
    url: `http://${HOST}:${String((server.address() as AddressInfo).port)}`,
    runWith: (steps) => base._id.slice(0, -3) + String(steps).padStart(3, '0'),
    repeatedSteps: base.nodes.length,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await sandbox.stop();
    },
  };
}

/** The run that has most steps. */
async function longestRun(recall: (target: string) => Promise<{ readonly text: string }>): Promise<Run> {
  const { docs } = JSON.parse((await recall('/api/v2/public/execution?page=1&limit=20')).text) as {
    readonly docs: readonly Run[];
  };
  const runs = await Promise.all(
    docs.map(async ({ _id }) => JSON.parse((await recall(`/api/v2/public/execution/${_id}`)).text) as Run),
  );
  const [longest] = runs.toSorted((a, b) => b.nodes.length - a.nodes.length);
  if (longest === undefined) throw new Error('The sandbox has no runs');
  return longest;
}
