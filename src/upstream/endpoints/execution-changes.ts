import { pathId } from '../../domain/id.ts';
import type { Ask, UpstreamRequest } from '../call.ts';
import { readRerun, readStopped } from './execution-wire.ts';
import { pathOf } from './request.ts';

/** Changes of the linked account's executions: each is sent at most once. */
export function createExecutionChanges(ask: Ask) {
  return {
    /** `POST /execution/{execution_id}/stop`: what upstream says of it. BAD_USER_INPUT when the run has ended. */
    stop: async (id: string): Promise<{ readonly message: string | null }> =>
      ask(changeOf('/execution/{execution_id}/stop', id, readStopped)),

    /** `POST /execution/{execution_id}/rerun`: the new run's id. BAD_USER_INPUT when the run did not fail. */
    rerun: async (id: string): Promise<{ readonly id: string }> =>
      ask(changeOf('/execution/{execution_id}/rerun', id, readRerun)),
  };
}

function changeOf<T>(route: string, id: string, read: UpstreamRequest<T>['read']): UpstreamRequest<T> {
  const path = pathOf(route, [pathId('id', id)]);
  return { method: 'POST', route, path, query: {}, read, freshness: () => 'running' };
}
