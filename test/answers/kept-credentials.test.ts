import { afterEach, expect, jest, test } from '@jest/globals';
import * as credentials from '../../src/domain/credential.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { numbers } from '../support/numbers.ts';

/** The credentials of all requests so far, as long as anything keeps them. */
const seen: WeakRef<object>[] = [];

jest.unstable_mockModule('../../src/domain/credential.ts', () => ({
  ...credentials,
  sessionTokenCredential: (...args: Parameters<typeof credentials.sessionTokenCredential>) => {
    const credential = credentials.sessionTokenCredential(...args);
    seen.push(new WeakRef(credential));
    return credential;
  },
}));

// After the module above has taken its place.
const { createMetrics } = await import('../support/budget.ts');
const { startOver } = await import('../support/failing-upstream.ts');
const { stopAll } = await import('../support/gateway.ts');

afterEach(stopAll);

test('an answer that is remembered keeps no credentials', async () => {
  const [accounts, times] = [20, 2];
  const { query, url } = await startOver([], { env: { CACHE_LIST_MS: '3600000' } });
  for (const account of numbers(1, accounts)) {
    // A connection that is kept knows its last credentials: here each is over when it is answered.
    const headers = { authorization: `Bearer session-${String(account)}`, connection: 'close' };
    for (let time = 1; time <= times; time++) await query('{ executions { totalCount } }', {}, headers);
  }
  expect(await createMetrics(url).metric('answer_entries')).toBe(accounts);
  expect(seen).toHaveLength(accounts * times);

  await collectGarbage();
  const kept = seen.filter((credential) => credential.deref() !== undefined);
  // The last connection may not be over yet.
  expect(kept.length).toBeLessThanOrEqual(1);
});
