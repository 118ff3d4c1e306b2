import { afterEach, expect, jest, test } from '@jest/globals';
import * as extensions from '../../src/domain/extensions.ts';

/** Whether the end of an answer cannot be told. */
let isBroken = false;

jest.unstable_mockModule('../../src/domain/extensions.ts', () => ({
  ...extensions,
  costExtension: (...args: Parameters<typeof extensions.costExtension>) => {
    if (isBroken) throw new Error('a defect');
    return extensions.costExtension(...args);
  },
}));

// After the module above has taken its place.
const { startOnFakeClock } = await import('../support/budget.ts');
const { stopAll } = await import('../support/gateway.ts');

afterEach(stopAll);

test('a defect on the way to a remembered answer is answered and logged, and ends nothing else', async () => {
  const { query, logs, metric } = await startOnFakeClock({ env: { CACHE_LIST_MS: '60000' } });
  const ask = () => query('{ executions(page: { size: 3 }) { totalCount } }');
  for (let time = 0; time < 2; time++) await ask();
  isBroken = true;
  const broken = await ask();
  isBroken = false;
  expect([broken.status, broken.errors]).toMatchObject([
    500,
    [{ message: 'Something went wrong here', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  ]);
  expect(logs.filter((line) => line.includes('Error: a defect'))).toHaveLength(1);
  expect((await ask()).data).toEqual({ executions: { totalCount: 250 } });
  expect(await metric('operations_in_progress')).toBe(0);
});
