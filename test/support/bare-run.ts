import type { Execution } from '../../src/domain/model.ts';

/** A row of which upstream told nothing but the id. */
export const BARE_RUN: Execution = {
  id: '65410cf6cdf931a12d7ab009',
  name: null,
  isNamedRerun: false,
  status: 'UNKNOWN',
  rawStatus: null,
  createdAt: null,
  updatedAt: null,
  completedAt: null,
  durationMs: null,
  environment: null,
  source: null,
  type: null,
  configId: null,
  eventId: null,
  linkedAccountId: null,
  isChild: null,
  workflow: null,
  application: null,
};
