import type { Context } from '../../context.ts';
import { throwAsUnknown } from '../../domain/errors.ts';
import type { Workflow, WorkflowFilter } from '../../domain/model.ts';
import { keyOf } from '../../lists/order.ts';
import { connectionFields, connectionOf, type NamedList } from './connection.ts';
import { embeddedOrLoaded } from './embedded-or-loaded.ts';
import { checkTexts, daysOf, givenOf } from './filter.ts';
import type { Resolvers, WorkflowFilter as WorkflowFilterInput } from './generated.ts';

const field = embeddedOrLoaded<Workflow>(({ loaders }, { id }) => loaders.workflow.load(id));

/** `workflow` and `workflows`, and the fields of a `Workflow` wherever it is met. */
export const workflowResolvers: Resolvers = {
  Query: {
    workflow: (_root, { id }, { loaders }) => loaders.workflow.load(id).catch(throwAsUnknown),
    workflows: (_root, args, context) => connectionOf(args, context, workflowsOf(args.filter, context)),
  },
  WorkflowConnection: connectionFields,
  Workflow: {
    name: field('name'),
    icon: field('icon'),
    description: field('description'),
    slug: field('slug'),
    alias: field('alias'),
    published: field('published'),
    version: field('version'),
    environment: field('environment'),
    createdAt: field('createdAt'),
    updatedAt: field('updatedAt'),
    application: field('application'),
  },
};

function workflowsOf(
  given: WorkflowFilterInput | null | undefined,
  { upstream }: Context,
): NamedList<Workflow> {
  const filter = readFilter(given);
  return {
    name: { workflows: filter },
    list: { readers: [upstream.workflow.list(filter)], keyOf, order: null, isFinal: () => true },
  };
}

function readFilter(input: WorkflowFilterInput | null | undefined): WorkflowFilter {
  const { startDate, endDate, ...rest } = givenOf(input);
  checkTexts(rest);
  return { ...rest, ...daysOf({ ...(startDate && { startDate }), ...(endDate && { endDate }) }) };
}
