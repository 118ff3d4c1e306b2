import { expect, test } from '@jest/globals';
import { accountTagOf } from '../../src/domain/hint.ts';
import type { UpstreamCall } from '../../src/upstream/call.ts';
import { createOutdated } from '../../src/webhooks/outdated.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { DEMO_CREDENTIAL } from '../support/watched-runs.ts';

const ID = '65410cf6cdf931a12d7ab009';
const ACCOUNT_TAG = accountTagOf('demo@example.com');
const DETAIL = { method: 'GET', route: '/execution/{execution_id}', path: `/execution/${ID}`, query: {} };
const LIST = { method: 'GET', route: '/execution', path: '/execution', query: {} };

const callOf = (request: object) => ({ ...request, credential: DEMO_CREDENTIAL }) as UpstreamCall<unknown>;

test.each([
  ['a run', DETAIL],
  ['the lists of its account', LIST],
])('a hint to %s counts from when it was given, and never from before another one', (_what, request) => {
  const clock = createFakeClock();
  const outdated = createOutdated({ accountOf: () => 'demo@example.com', now: () => clock.now() });
  const at = () => outdated.at(callOf(request), 'list') - clock.now();
  expect(at()).toBe(-Infinity);
  outdated.noteRun({ accountTag: ACCOUNT_TAG, runId: ID, agoMs: 300 });
  expect(at()).toBe(-300);
  outdated.noteRun({ accountTag: ACCOUNT_TAG, runId: ID });
  expect(at()).toBe(0);
  outdated.noteRun({ accountTag: ACCOUNT_TAG, runId: ID, agoMs: 300 });
  expect(at()).toBe(0);
});
