import DataLoader from 'dataloader';
import type { ExecutionDetail } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { orError } from './look-up.ts';

/** Looks executions up by id: a call for each. */
export function createExecutionLoader({ execution }: Upstream): DataLoader<string, ExecutionDetail> {
  return new DataLoader((ids) => Promise.all(ids.map((id) => orError(execution.get(id)))));
}
