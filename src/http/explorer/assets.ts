import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Files that the explorer's pages load from `/graphql/explorer/`, by their names; what is not installed is left out. */
export type Assets = ReadonlyMap<string, Buffer | string>;

const OWN = new URL('../../../explorer/', import.meta.url);
const OWN_FILES = ['explorer.css', 'sandbox.js', 'graphiql.js'];

/** Reads all of them. */
export async function readAssets(): Promise<Assets> {
  const own = OWN_FILES.map(async (name) => [name, await readFile(new URL(name, OWN))] as const);
  return new Map([...(await Promise.all(own)), ...(await readGraphiql())]);
}

/** Whether GraphiQL is among them: it comes with what the project is developed with. */
export function hasGraphiql(assets: Assets): boolean {
  return assets.has('graphiql.bundle.js');
}

/** GraphiQL with its editor and workers, built by the makers of Yoga; nothing where it is not installed. */
async function readGraphiql(): Promise<[string, Buffer | string][]> {
  const parts = await import('@graphql-yoga/render-graphiql/graphiql').catch(ifMissing);
  if (parts === null) return [];
  const webSockets = join(dirname(createRequire(import.meta.url).resolve('graphql-ws')), '../umd');
  return [
    ['graphiql.bundle.js', parts.js],
    ['graphiql.bundle.css', parts.css],
    ['editor.worker.js', parts.editorWorkerService],
    ['graphql.worker.js', parts.graphqlWorker],
    ['json.worker.js', parts.jsonWorker],
    ['graphql-ws.js', await readFile(join(webSockets, 'graphql-ws.min.js'))],
  ];
}

function ifMissing(error: unknown): null {
  if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
}
