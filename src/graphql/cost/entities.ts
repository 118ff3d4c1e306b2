import { referenceIn, type EntityReference, type EntityType } from '../../domain/entity.ts';
import type { Arguments } from '../plan/plan.ts';
import { WORKFLOW_PAGES, type Estimate } from './rules.ts';

/** Adds to the estimate what it costs to look up things of one type that are referred to, each of them once. */
type EntityRule = (estimate: Estimate, references: readonly EntityReference[]) => void;

/**
 * What things cost that other subgraphs refer to. Workflows are looked up in the lists that hold them, as those of a
 * list's rows are; each one that is in none of them takes a call more.
 */
const ENTITY_RULES: Readonly<Record<EntityType, EntityRule>> = {
  Execution: (estimate, references) => {
    estimate.add(references.length);
  },
  Workflow: (estimate, references) => {
    const before = estimate.shared('Workflow entities');
    estimate.share('Workflow entities', Math.min(WORKFLOW_PAGES, before + references.length));
  },
  Application: (estimate, references) => {
    if (references.some(({ key }) => key === 'id')) estimate.share('applications', 1);
    if (references.some(({ key }) => key === 'slug')) estimate.share('application(slug)', 1);
  },
};

/** What a field is asked to look up: how many of each type, some of them more than once. */
export type Entities = ReadonlyMap<string, number>;

/** What a field is asked for by reference, malformed or not. */
export function representationsIn({ representations }: Arguments): readonly unknown[] {
  return Array.isArray(representations) ? representations : [];
}

/** The things that a field is asked for by reference. What is no reference will be refused, and costs nothing. */
export function estimateEntities(estimate: Estimate, args: Arguments): Entities {
  const counts = new Map<EntityType, number>();
  const anew = new Map<EntityType, EntityReference[]>();
  for (const representation of representationsIn(args)) {
    const reference = referenceIn(representation);
    if (reference === null) continue;
    const { type, key, value } = reference;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    if (!estimate.isFirst(`${type} ${key} ${value}`)) continue;
    const ofType = anew.get(type) ?? [];
    anew.set(type, ofType);
    ofType.push(reference);
  }
  for (const [type, references] of anew) ENTITY_RULES[type](estimate, references);
  return counts;
}
