import { createHash } from 'node:crypto';
import { plugin as typedDocumentNode } from '@graphql-codegen/typed-document-node';
import { Kind, parse, print, visit, type FieldNode, type SelectionSetNode } from 'graphql';

const TEXT = /export const \w+Document = .*? new TypedDocumentString\(`(.*?)`\)/gs;
const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * A plugin of GraphQL Code Generator: the manifest of the package's documents, by their ids. Each is there as the package
 * sends it, and as Apollo Client and urql do, which add `__typename` for their caches.
 */
export async function plugin(...given: Parameters<typeof typedDocumentNode>): Promise<string> {
  const output = await typedDocumentNode(...given);
  const content = typeof output === 'string' ? output : output.content;
  const texts = [...content.matchAll(TEXT)].map(([, text = '']) => text);
  const typed = texts.map(withTypenames);
  // urql prints no empty lines between definitions.
  const all = [...texts, ...typed, ...typed.map((text) => text.replaceAll('\n\n', '\n'))];
  return `${JSON.stringify(Object.fromEntries(all.map((text) => [idOf(text), text])), null, 2)}\n`;
}

function idOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function withTypenames(text: string): string {
  const document = visit(parse(text), {
    SelectionSet: (node, _key, parent): SelectionSetNode | undefined =>
      parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION
        ? undefined
        : { ...node, selections: [...node.selections, TYPENAME] },
  });
  return print(document);
}
