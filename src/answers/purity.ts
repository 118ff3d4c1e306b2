import {
  BREAK,
  Kind,
  OperationTypeNode,
  TypeInfo,
  TypeNameMetaFieldDef,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { PURE_FIELDS } from './pure-fields.ts';

/** Whether the answer to an operation depends on upstream's answers, the arguments and the schema alone. */
export type IsPure = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
) => boolean;

/** Builds what tells so; it looks at each operation of a document once, for as long as somebody keeps the document. */
export function createPurity(): IsPure {
  const known = new WeakMap<OperationDefinitionNode, boolean>();
  return (schema, document, operation) => {
    const before = known.get(operation);
    if (before !== undefined) return before;
    const isPure =
      operation.operation === OperationTypeNode.QUERY &&
      hasPureFieldsOnly(operation, schema) &&
      // All of them, whichever the operation spreads: a fragment beside it is rare.
      document.definitions.every(
        (one) => one.kind !== Kind.FRAGMENT_DEFINITION || hasPureFieldsOnly(one, schema),
      );
    known.set(operation, isPure);
    return isPure;
  };
}

function hasPureFieldsOnly(node: ASTNode, schema: GraphQLSchema): boolean {
  const types = new TypeInfo(schema);
  let isPure = true;
  const Field = ({ name: { value } }: { readonly name: { readonly value: string } }) => {
    const type = types.getParentType()?.name ?? '';
    if (value === TypeNameMetaFieldDef.name || PURE_FIELDS[type]?.has(value) === true) return undefined;
    isPure = false;
    return BREAK;
  };
  visit(node, visitWithTypeInfo(types, { Field }));
  return isPure;
}
