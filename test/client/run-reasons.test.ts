import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { RunClient } from '../../packages/run-history/src/core/run-client.ts';
import { createReasonReader, type RunReason } from '../../packages/run-history/src/core/run-reasons.ts';

const leaving = new AbortController();

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  leaving.abort();
  jest.useRealTimers();
});

test('a run that fails is asked for in a second, however often others were asked for in vain', async () => {
  const known = new Set<string>();
  const told: string[] = [];
  const client = clientOf((id) => known.has(id));
  const reader = createReasonReader(
    client,
    {},
    {
      signal: leaving.signal,
      found: (reasons) => told.push(...reasons.map(({ id }) => id)),
    },
  );
  reader.find(['hopeless'], null);
  await jest.advanceTimersByTimeAsync(35_000);
  expect(told).toEqual([]);

  known.add('new');
  reader.find(['new'], null);
  await jest.advanceTimersByTimeAsync(1000);
  expect(told).toContain('new');
});

/** Answers each question with both runs, and the reasons of those that are known. */
function clientOf(isKnown: (id: string) => boolean): RunClient {
  const nodes = () =>
    ['hopeless', 'new'].map(
      (id) => ({ id, failureKnown: isKnown(id), failure: null }) as unknown as RunReason,
    );
  return {
    request: () => Promise.resolve({ data: { executions: { nodes: nodes() } }, problems: [] }),
  } as unknown as RunClient;
}
