import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
  ResponsePath,
} from 'graphql';
import type { PlannedField, Run } from './plan.ts';
import { pathOf } from './path.ts';

/** What a resolver may ask of its place in the operation. It is worked out when asked for: few resolvers do. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #run: Run;
  readonly #field: PlannedField;
  readonly #path: ResponsePath | undefined;
  readonly #parentPath: ResponsePath | undefined;

  constructor(
    run: Run,
    field: PlannedField,
    path: ResponsePath | undefined,
    parentPath: ResponsePath | undefined,
  ) {
    this.#run = run;
    this.#field = field;
    this.#path = path;
    this.#parentPath = parentPath;
  }

  get fieldName(): string {
    return this.#field.definition.name;
  }

  get fieldNodes(): readonly FieldNode[] {
    return this.#field.nodes;
  }

  get returnType(): GraphQLOutputType {
    return this.#field.definition.type;
  }

  get parentType(): GraphQLObjectType {
    return this.#field.parentType;
  }

  get path(): ResponsePath {
    return this.#path ?? pathOf(this.#field, this.#parentPath);
  }

  get schema(): GraphQLSchema {
    return this.#run.plan.schema;
  }

  get fragments(): Record<string, FragmentDefinitionNode> {
    return { ...this.#run.plan.fragments };
  }

  get rootValue(): undefined {
    return undefined;
  }

  get operation(): OperationDefinitionNode {
    return this.#run.plan.operation;
  }

  get variableValues(): Record<string, unknown> {
    return this.#run.variables;
  }
}
