import { GatewayError } from '../../domain/errors.ts';
import { canonicalId, pathId } from '../../domain/id.ts';
import { hasEnded, type ExecutionDetail } from '../../domain/model.ts';
import type { Ask } from '../call.ts';
import { MOST_SAMPLED, readExecution, readExecutionPage } from './execution-wire.ts';
import { lookUp, type LookUpOptions } from './request.ts';

/**
 * `GET /execution/{execution_id}`: NOT_FOUND when unknown or another account's. Upstream may leave an unknown id
 * without any answer: then its list tells, where it can be asked for one id. Where it cannot, UPSTREAM_TIMEOUT stands.
 */
export async function readDetail(
  ask: Ask,
  givenId: string,
  options: LookUpOptions = {},
): Promise<ExecutionDetail> {
  const id = pathId('id', givenId);
  const detail = lookUp('/execution/{execution_id}', id, {
    read: readExecution(id),
    freshness: ({ status }) => (hasEnded(status) ? 'terminal' : 'running'),
    isTimeoutFinal: true,
    ...options,
  });
  try {
    return await ask(detail);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.code !== 'UPSTREAM_TIMEOUT') throw error;
    const isListed = await findInList(ask, id);
    if (isListed === null) throw error;
    if (!isListed) throw new GatewayError('NOT_FOUND', 'Upstream knows nothing by this id');
    return ask(detail);
  }
}

/** Whether the list has an execution; null where it does not tell, such as where upstream ignores what was asked. */
async function findInList(ask: Ask, id: string): Promise<boolean | null> {
  const page = await ask({
    method: 'GET',
    route: '/execution',
    path: '/execution',
    query: { page: '1', limit: '1', execution_id: id },
    read: readExecutionPage(MOST_SAMPLED),
    freshness: () => 'list',
  }).catch(() => null);
  if (page === null) return null;
  if (page.items.length === 0) return false;
  return page.items.some((row) => canonicalId(row.id) === canonicalId(id)) ? true : null;
}
