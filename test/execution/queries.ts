import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  getOperationAST,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { DOCUMENTS } from '../fuzz/corpus.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDERS = ['test', 'docs', 'packages/run-history/src', 'examples', 'bench'];

/** All queries that stand whole in tests, documents and pages, and fit the schema. */
export function readQueries(schema: GraphQLSchema): DocumentNode[] {
  const texts = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(?:ts|tsx|md)$/.test(file) && !file.includes('node_modules'))
      .flatMap((file) => textsIn(readFileSync(join(ROOT, folder, file), 'utf8'))),
  );
  const documents = [...new Set([...DOCUMENTS, ...texts])].flatMap((text) => read(text, schema) ?? []);
  return documents;
}

/** What may be a document: a text in quotes of any kind, or a block of GraphQL. */
function textsIn(file: string): string[] {
  const found = file.matchAll(/`([^`$]*\{[^`]*\})\s*`|'([^'\n]*\{[^'\n]*\})'|```graphql\n(.*?)```/gs);
  return [...found].map(([, block, line, fenced]) => block ?? line ?? fenced ?? '');
}

function read(text: string, schema: GraphQLSchema): DocumentNode | null {
  try {
    const document = parse(text);
    const isQuery = getOperationAST(document)?.operation === OperationTypeNode.QUERY;
    return isQuery && validate(schema, document).length === 0 ? document : null;
  } catch {
    return null;
  }
}
