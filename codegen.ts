import type { CodegenConfig } from '@graphql-codegen/cli';

const model = '../../domain/model.ts';

const DOCUMENTS = 'packages/run-history/src/documents/*.graphql';
const DOCUMENT_TEXTS = { documentMode: 'string', pureMagicComment: true };

/** Types of what a client asks, and is answered. */
const OVER_THE_WIRE = {
  enumsAsTypes: true,
  useTypeImports: true,
  immutableTypes: true,
  skipTypename: true,
  maybeValue: 'T | null',
  inputMaybeValue: 'T | null | undefined',
  defaultScalarType: 'unknown',
  scalars: { ID: 'string', Date: 'string', DateTime: 'string', JSON: 'unknown' },
};

const config: CodegenConfig = {
  schema: 'schema/*.graphql',
  generates: {
    // The whole schema in one file, for the generators and registries of others. The server reads schema/.
    'schema.graphql': { plugins: ['schema-ast'], config: { includeDirectives: true } },
    // The same with what makes it a subgraph, for the registries of federated graphs.
    'subgraph.graphql': { plugins: ['./codegen-subgraph.ts'] },
    'src/graphql/resolvers/generated.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        contextType: '../../context.ts#Context',
        enumsAsTypes: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
        immutableTypes: true,
        maybeValue: 'T | null',
        resolversNonOptionalTypename: false,
        inputMaybeValue: 'T | null | undefined',
        defaultScalarType: 'unknown',
        scalars: { ID: 'string', Date: 'Date', DateTime: 'Date', JSON: 'unknown' },
        mappers: {
          Execution: `${model}#ExecutionRef`,
          ExecutionNode: `${model}#ExecutionNode as ExecutionNodeModel`,
          NodeBatch: `${model}#NodeBatch as NodeBatchModel`,
          NodeBatchConnection: '../../lists/connection.ts#Connection<NodeBatchModel>',
          ExecutionConnection: '../../lists/connection.ts#Connection<ExecutionRef>',
          WorkflowConnection: '../../lists/connection.ts#Connection<WorkflowRef>',
          ExecutionFailureGroup: '../../domain/failure-groups.ts#FailureGroup',
          ExecutionCounts: '../../domain/count.ts#LazyCounts',
          UpstreamBudget: '../../domain/budget.ts#UpstreamBudget as UpstreamBudgetModel',
          BulkJob: '../../domain/bulk.ts#BulkJob as BulkJobModel',
          Workflow: `${model}#WorkflowRef`,
          Application: `${model}#ApplicationRef`,
        },
      },
    },
    // What the package sends, for gateways that run trusted documents only.
    'packages/run-history/persisted-documents.json': {
      documents: DOCUMENTS,
      plugins: ['./packages/run-history/manifest-plugin.ts'],
      config: DOCUMENT_TEXTS,
    },
    // The documents stand in the tools that ask them.
    'src/mcp/generated.ts': {
      documents: 'src/mcp/*.ts',
      plugins: ['typescript-operations'],
      // Operations are called after the tools: list_runs.
      config: { ...OVER_THE_WIRE, namingConvention: { transformUnderscore: true } },
    },
    'packages/run-history/src/documents/generated.ts': {
      documents: DOCUMENTS,
      plugins: ['typescript-operations', 'typed-document-node'],
      config: {
        ...DOCUMENT_TEXTS,
        ...OVER_THE_WIRE,
      },
    },
  },
};
export default config;
