/** What is written first: every row asks for its workflow and its application by itself. */
import { applicationById } from './lookups.ts';
import { read, type Doc } from './rest.ts';
import { startPeerServer } from './server.ts';

await startPeerServer((authorization) => ({
  workflow: (id) => read<Doc>(authorization, `/workflow/${id}`),
  application: async (id) => applicationById(await read<Doc[]>(authorization, '/application'), id),
}));
