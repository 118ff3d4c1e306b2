import { nullIfUnknown } from '../../domain/errors.ts';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.ts';
import { raiseCost } from '../../domain/cost.ts';
import type { ExecutionDetail, ExecutionRef } from '../../domain/model.ts';
import type { ExecutionResolvers } from './generated.ts';
import { embeddedOrLoaded } from './embedded-or-loaded.ts';
import { selectedFields } from './selected-fields.ts';

const field = embeddedOrLoaded<ExecutionDetail>(({ loaders }, run) => loaders.execution.complete(run));
const isNamedRerun = field('isNamedRerun').resolve;

/** The fields of an `Execution` that tell which run repeats which. */
export const lineageFields: Pick<ExecutionResolvers, 'isRerun' | 'rerunOf' | 'reruns'> = {
  isRerun: async (run, args, context) => {
    if (run.isNamedRerun === true) return true;
    if ((await context.lineage.originalOf(run.id)) !== null) return true;
    return isNamedRerun(run, args, context);
  },
  rerunOf: async ({ id }, _args, context, info) => {
    const original = await context.lineage.originalOf(id);
    return original === null ? null : known(original, context, info);
  },
  reruns: async ({ id }, _args, context, info) => {
    const ids = await context.lineage.rerunsOf(id);
    if (!isLinkAlone(info)) foresee(ids, context);
    const found = await Promise.all(ids.map((rerun) => known(rerun, context, info)));
    return found.filter((rerun) => rerun !== null);
  },
};

/**
 * A run that a link leads to; null when upstream does not know it any more. A link
 * alone costs no call, and one that leads nowhere is to be left out rather than to fail its list.
 */
async function known(id: string, context: Context, info: GraphQLResolveInfo): Promise<ExecutionRef | null> {
  return isLinkAlone(info) ? { id } : context.loaders.execution.load(id).catch(nullIfUnknown);
}

/** Adds to the cost what is to be looked up: the estimate knows of one for each run. */
function foresee(ids: readonly string[], { loaders, outcome }: Context): void {
  const wanted = ids.filter((id) => loaders.execution.asked(id) === undefined).length;
  raiseCost(outcome, Math.max(0, wanted - 1));
}

function isLinkAlone(info: GraphQLResolveInfo): boolean {
  return [...selectedFields(info)].every((name) => LINKS.has(name));
}

/** What can be said of a run without asking upstream for it. */
const LINKS = new Set(['__typename', 'id', 'rerunOf', 'reruns']);
