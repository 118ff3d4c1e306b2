import DataLoader from 'dataloader';
import type { Doc } from './rest.ts';
import type { Lookups, Read } from './schema.ts';

/** The one of these applications that has the id. */
export function applicationById(applications: readonly Doc[], id: string): Doc {
  const found = applications.find((application) => application['app_id'] === id);
  if (found === undefined) throw new Error('There is no such application');
  return found;
}

/** Look-ups that are batched and de-duplicated within a request: a call a workflow, and one for all applications. */
export function createLookups(read: Read, authorization: string): Lookups {
  const workflow = new DataLoader<string, Doc>((ids) =>
    Promise.all(ids.map((id) => read<Doc>(authorization, `/workflow/${id}`))),
  );
  const application = new DataLoader<string, Doc>(async (ids) => {
    const applications = await read<Doc[]>(authorization, '/application');
    return ids.map((id) => applicationById(applications, id));
  });
  return { workflow: (id) => workflow.load(id), application: (id) => application.load(id) };
}
