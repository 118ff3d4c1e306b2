/** How GraphQL Mesh is told of the upstream, for Hive Gateway to serve: an endpoint a field, and look-ups in batches. */
import process from 'node:process';
import { defineConfig } from '@graphql-mesh/compose-cli';
import { loadJSONSchemaSubgraph } from '@omnigraph/json-schema';

const [text, integer, decimal, flag] = ['string', 'integer', 'number', 'boolean'].map((type) => ({ type }));
const list = (items) => ({ type: 'array', items });
const typed = (type, names) => Object.fromEntries(names.split(' ').map((name) => [name, type]));
const object = (title, properties) => ({ title, type: 'object', properties });

const named = object('Named', typed(text, '_id name icon'));
const step = object('Step', {
  ...typed(text, 'node_id node_name node_type node_status'),
  attempts_made: integer,
  execution_time: decimal,
  latest_output: {},
});
const execution = object('Execution', {
  ...typed(text, '_id name status createdAt completion_time'),
  ...typed(text, 'trigger_application_event type_of_execution environment'),
  instance_execution_time: decimal,
  associated_workflow: named,
  associated_application: named,
  nodes: list(step),
});
const workflow = object('Workflow', {
  ...typed(text, '_id name icon description slug environment createdAt updatedAt'),
  published: flag,
  version: integer,
});
const application = object('Application', {
  ...typed(text, 'app_id name icon slug description type auth_type'),
  ...typed(flag, 'connected reauth_required'),
  tags: list(text),
});
const pageOf = (rows) =>
  object(`${rows.title}Page`, {
    ...typed(integer, 'totalDocs page totalPages'),
    hasNextPage: flag,
    docs: list(rows),
  });

function get(field, path, args, responseSchema) {
  const inQuery = Object.keys(args).filter((name) => !path.includes(`{args.${name}}`));
  return {
    type: 'Query',
    field,
    path,
    method: 'GET',
    argTypeMap: args,
    queryParamArgMap: Object.fromEntries(inQuery.map((name) => [name, name])),
    responseSchema,
  };
}

const lookUp = (field, embedded, key, rest) => `@resolveTo(
  sourceName: "refold", sourceTypeName: "Query", sourceFieldName: "${field}"
  requiredSelectionSet: "{ ${embedded} { _id } }", keyField: "${embedded}._id", keysArg: "ids"
  valueKeyField: "${key}" ${rest}
)`;

export const composeConfig = defineConfig({
  subgraphs: [
    {
      sourceHandler: loadJSONSchemaSubgraph('refold', {
        endpoint: `${process.env.UPSTREAM_URL}/api/v2/public`,
        operationHeaders: { authorization: '{context.headers.authorization}' },
        operations: [
          get('executions', '/execution', { page: integer, limit: integer }, pageOf(execution)),
          get('execution', '/execution/{args.id}', { id: text }, execution),
          // Without their ids, all are answered; those that are asked for are found among them.
          get('workflows', '/workflow', { ids: list(text) }, pageOf(workflow)),
          get('applications', '/application', { ids: list(text) }, list(application)),
        ],
      }),
    },
  ],
  additionalTypeDefs: `
    extend type Execution {
      workflow: Workflow ${lookUp('workflows', 'associated_workflow', '_id', 'result: "docs"')}
      application: Application ${lookUp('applications', 'associated_application', 'app_id', '')}
    }
  `,
});
