import type { CapabilityState } from '../documents/generated.ts';
import type { Problem } from './problem.ts';
import type { RunFilter } from './run.ts';

/** An argument of a list, as `viewer.capabilities` names it. */
export type ListArgument = 'sort' | `filter.${keyof RunFilter}`;

/** What `viewer` tells of upstream. */
export interface Capable {
  readonly capabilities: readonly { readonly argument: string; readonly state: CapabilityState }[];
}

/**
 * Whether to offer a filter, a search or an order: not where it is known that upstream ignores it. Before the viewer is
 * known, and where nobody has tried, it is offered, and may turn out to be `NOT_SUPPORTED`.
 */
export function canFilter(viewer: Capable | null, argument: ListArgument): boolean {
  return viewer?.capabilities.find((one) => one.argument === argument)?.state !== 'IGNORED';
}

/** Which argument upstream has turned out to ignore, where that is the problem; null: it is another, or not named. */
export function ignoredArgumentOf({ code, message }: Problem): ListArgument | null {
  const [, argument] = /^(sort|filter\.[a-zA-Z]+): /.exec(message) ?? [];
  return code === 'NOT_SUPPORTED' && argument !== undefined ? (argument as ListArgument) : null;
}
