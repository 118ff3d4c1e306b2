import { afterEach, expect, test } from '@jest/globals';
import { createMetrics } from '../support/budget.ts';
import { listed, refusal, startOver, stateOf, truth } from '../support/capabilities.ts';
import { stopAll } from '../support/gateway.ts';

afterEach(stopAll);

test('a whole answer says nothing that is known to be wrong by now of an argument', async () => {
  const gateway = await startOver({ generation: 'both' }, { env: { CACHE_LIST_MS: '3600000' } });
  const { sandbox, url } = gateway;
  const { rows } = await truth(sandbox, '');
  const { _id: workflowId } = rows[0]?.['associated_workflow'] as { readonly _id: string };
  const filter = { workflowId };
  const ask = () => listed(gateway, { filter, page: { size: 1 } });
  for (let time = 0; time < 4; time++) expect((await ask()).errors).toEqual([]);
  const { metric } = createMetrics(url);
  expect(await metric('answers_reused_total')).toBeGreaterThan(0);
  expect(await stateOf(gateway, 'filter.workflowId')).toBe('SUPPORTED');

  sandbox.setOptions({ generation: 'd1' });
  const others = await listed(gateway, { filter, page: { size: 50 } });
  expect(others.errors).toEqual([refusal('filter.workflowId')]);
  expect(await ask()).toMatchObject({ ids: null, errors: [refusal('filter.workflowId')] });
});
