import { GatewayError } from './errors.ts';
import type { RowArgument } from './row-check.ts';

/** An argument of a list of executions that upstream may not know, by its own name. */
export type ListArgument = RowArgument | 'sort';

/** Whether upstream applies an argument, as far as that is known for one caller. */
export type CapabilityState = 'SUPPORTED' | 'IGNORED' | 'UNKNOWN';

/** What is known of one argument. */
export interface Capability {
  /** The argument as errors name it: `filter.workflowId`, or `sort`. */
  readonly argument: string;
  readonly state: CapabilityState;
}

/** Every argument of a list of executions, in the order in which they are shown. */
export const LIST_ARGUMENTS: readonly ListArgument[] = [
  'status',
  'source',
  'type',
  'startDate',
  'endDate',
  'createdAfter',
  'createdBefore',
  'workflowId',
  'workflowName',
  'applicationSlugs',
  'executionId',
  'sort',
];

/** An argument as clients write it. */
export function pathOfArgument(argument: ListArgument): string {
  return argument === 'sort' ? argument : `filter.${argument}`;
}

/** The refusal of an argument that upstream ignored. */
export function notApplied(argument: ListArgument): GatewayError {
  return new GatewayError('NOT_SUPPORTED', `${pathOfArgument(argument)}: upstream did not apply it`);
}

/** The refusal of an argument that upstream may have ignored. */
export function notTold(argument: ListArgument): GatewayError {
  return new GatewayError(
    'NOT_SUPPORTED',
    `${pathOfArgument(argument)}: nothing tells whether upstream applied it`,
  );
}
