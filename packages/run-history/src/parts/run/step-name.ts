import type { RunStep } from '../../hooks/use-run.ts';
import type { AllMessages } from '../messages.ts';

/** What a step is called: by its number where it has no name. */
export function stepNameOf(
  { name, nodeId }: Pick<RunStep, 'name' | 'nodeId'>,
  words: AllMessages['run'],
): string {
  return name === null || name === '' ? words.stepName(nodeId) : name;
}
