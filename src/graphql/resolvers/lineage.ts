import { Kind, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import type { Context } from '../../context.ts';
import type { ExecutionDetail, ExecutionRef } from '../../domain/model.ts';
import type { ExecutionResolvers } from './generated.ts';
import { embeddedOrLoaded, nullIfUnknown } from './embedded-or-loaded.ts';

const field = embeddedOrLoaded<ExecutionDetail>(({ loaders }, id) => loaders.execution.load(id));
const isNamedRerun = field('isNamedRerun');

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
    const found = await Promise.all(ids.map((rerun) => known(rerun, context, info)));
    return found.filter((rerun) => rerun !== null);
  },
};

/**
 * A run that a link leads to; null when upstream does not know it any more. The one place that looks ahead: a link
 * alone costs no call, and one that leads nowhere is to be left out rather than to fail its list.
 */
async function known(id: string, context: Context, info: GraphQLResolveInfo): Promise<ExecutionRef | null> {
  const isLinkAlone = info.fieldNodes.every((node) => isLinks(node.selectionSet, info));
  return isLinkAlone ? { id } : context.loaders.execution.load(id).catch(nullIfUnknown);
}

/** What can be said of a run without asking upstream for it. */
const LINKS = new Set(['__typename', 'id', 'rerunOf', 'reruns']);

/** Whether nothing else is selected. */
function isLinks(set: SelectionSetNode | undefined, info: GraphQLResolveInfo): boolean {
  return (set?.selections ?? []).every((selection) => {
    if (selection.kind === Kind.FIELD) return LINKS.has(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return isLinks(selection.selectionSet, info);
    return isLinks(info.fragments[selection.name.value]?.selectionSet, info);
  });
}
