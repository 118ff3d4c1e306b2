import { badInput } from '../domain/errors.ts';
import type { ExecutionFilter } from '../domain/model.ts';
import type { ExecutionFilter as ExecutionFilterInput, Resolvers } from '../graphql/generated.ts';
import { connect, connectionFields } from './connection.ts';
import { checkTexts, daysOf, givenOf } from './filter.ts';

/** `executions`: arguments in, domain out. `Execution`'s own fields are the domain's. */
export const executionResolvers: Resolvers = {
  Query: {
    executions: (_root, args, context) => {
      const filter = readFilter(args.filter);
      const sort = args.sort === 'ASC' ? 'ASC' : 'DESC';
      return connect(args, context, { executions: inAnyOrder(filter), sort }, (page) =>
        context.upstream.execution.list(filter, sort, page),
      );
    },
  },
  ExecutionConnection: connectionFields,
};

function readFilter(input: ExecutionFilterInput | null | undefined): ExecutionFilter {
  const { status, startDate, endDate, applicationSlugs, ...rest } = givenOf(input);
  checkTexts(rest);
  return {
    ...rest,
    ...(status && { status: readStatus(status) }),
    ...daysOf({ ...(startDate && { startDate }), ...(endDate && { endDate }) }),
    ...(applicationSlugs && { applicationSlugs: readSlugs(applicationSlugs) }),
  };
}

/** The filter as cursors are bound to it: the same slugs in another order are the same list. */
function inAnyOrder(filter: ExecutionFilter): ExecutionFilter {
  const { applicationSlugs } = filter;
  return applicationSlugs ? { ...filter, applicationSlugs: applicationSlugs.toSorted() } : filter;
}

function readStatus(statuses: NonNullable<ExecutionFilterInput['status']>) {
  const [status, ...others] = new Set(statuses);
  if (status === undefined) throw badInput('filter.status must have a value: leave it out to match all');
  if (status === 'UNKNOWN' || others.includes('UNKNOWN')) {
    throw badInput('filter.status cannot be UNKNOWN: upstream cannot be asked for values not known here');
  }
  if (others.length > 0) throw badInput('filter.status takes one value for now: ask for each by itself');
  return status;
}

const MAX_SLUGS = 50;

/** Upstream takes them joined by commas, so a slug must not have one. */
function readSlugs(slugs: readonly string[]): string[] {
  const distinct = [...new Set(slugs)];
  if (distinct.length < 1 || distinct.length > MAX_SLUGS) {
    throw badInput(`filter.applicationSlugs must have from 1 to ${String(MAX_SLUGS)} values`);
  }
  if (!distinct.every((slug) => /^[\w.-]{1,128}$/.test(slug))) {
    throw badInput('filter.applicationSlugs may only have letters, digits, -, _ and .');
  }
  return distinct;
}
