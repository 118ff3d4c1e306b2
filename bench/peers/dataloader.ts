/** What is written next: look-ups batched and de-duplicated within a request by DataLoader. */
import DataLoader from 'dataloader';
import { read, type Doc } from './rest.ts';
import { applicationById, startPeerServer } from './server.ts';

await startPeerServer((authorization) => {
  const workflow = new DataLoader<string, Doc>((ids) =>
    Promise.all(ids.map((id) => read<Doc>(authorization, `/workflow/${id}`))),
  );
  const application = new DataLoader<string, Doc>(async (ids) => {
    const applications = await read<Doc[]>(authorization, '/application');
    return ids.map((id) => applicationById(applications, id));
  });
  return { workflow: (id) => workflow.load(id), application: (id) => application.load(id) };
});
