import { expect } from '@jest/globals';
import { DEMO, type Gateway } from './gateway.ts';

/** Asks for no more than the id, so that upstream is not asked for the run. */
export const RERUN_FOR_ID = 'mutation ($id: ID!) { rerunExecution(id: $id) { executionId } }';
export const LINKS = 'query ($id: ID!) { execution(id: $id) { isRerun rerunOf { id } reruns { id } } }';
/** What an execution says that is linked to none. */
export const NO_LINKS = { rerunOf: null, reruns: [] };

/** Runs an execution again; the new one's id. */
export async function rerun({ query }: Gateway, id: string): Promise<string> {
  const { data } = await query<{ rerunExecution: { executionId: string } }>(RERUN_FOR_ID, { id });
  return data.rerunExecution.executionId;
}

/** Which run an execution repeats, and which repeat it. */
export async function linksOf({ query }: Gateway, id: string, headers: Record<string, string> = DEMO) {
  const { data, errors } = await query<{ execution: unknown }>(LINKS, { id }, headers);
  expect(errors).toEqual([]);
  return data.execution;
}
