import type { IncomingMessage, ServerResponse } from 'node:http';
import type { World } from './world.ts';

/** The API's routes that rows let go wrong, without their common path. */
const PREFIX = '/api/v2/public';

/** An upstream with one run and one application, some of whose answers a row writes itself. */
export async function startUpstreamWith(
  world: World,
  write: (response: ServerResponse, body: string, request: IncomingMessage) => void,
  path = '/execution',
) {
  const asked: string[] = [];
  const url = await world.server((request, response) => {
    const pathname = (request.url ?? '').split('?')[0]?.replace(PREFIX, '') ?? '';
    asked.push(pathname);
    const body = JSON.stringify(pathname === '/application' ? APPLICATIONS : PAGE);
    if (pathname === path) write(response, body, request);
    else response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  return { url, asked, tries: () => asked.filter((one) => one === path).length };
}

const APPLICATIONS = [{ app_id: '64f6d9f33234d3d6419cfdbc', slug: 'slack', name: 'Slack' }];
const PAGE = {
  docs: [{ _id: '65410cf6cdf931a12d7ab009', status: 'ERRORED', createdAt: '2023-10-31T14:19:34.788Z' }],
  totalDocs: 1,
  limit: 10,
  page: 1,
  totalPages: 1,
};

/** Asks for runs, and for something beside them. */
export const QUESTION = '{ applications { slug } executions { totalCount } }';
