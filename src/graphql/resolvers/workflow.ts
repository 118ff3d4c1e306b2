import type { Workflow, WorkflowFilter } from '../../domain/model.ts';
import { keyOf } from '../../lists/order.ts';
import type { Resolvers, WorkflowFilter as WorkflowFilterInput } from './generated.ts';
import { fieldsAtHand } from './embedded-or-loaded.ts';
import { connect, connectionFields } from './connection.ts';
import { checkTexts, daysOf, givenOf } from './filter.ts';

const field = fieldsAtHand<Workflow>(({ loaders }, id) => loaders.workflow.load(id));

/** `workflow` and `workflows`, and the fields of a `Workflow` wherever it is met. */
export const workflowResolvers: Resolvers = {
  Query: {
    workflow: (_root, { id }, { loaders }) => loaders.workflow.load(id),
    workflows: (_root, args, context) => {
      const filter = readFilter(args.filter);
      const list = { name: { workflows: filter }, keyOf, order: null };
      return connect(args, context, list, (page, since) =>
        context.upstream.workflow.list(filter, page, since),
      );
    },
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

function readFilter(input: WorkflowFilterInput | null | undefined): WorkflowFilter {
  const { startDate, endDate, ...rest } = givenOf(input);
  checkTexts(rest);
  return { ...rest, ...daysOf({ ...(startDate && { startDate }), ...(endDate && { endDate }) }) };
}
