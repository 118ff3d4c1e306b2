import { describe, expect, test } from '@jest/globals';
import {
  allowsPartial,
  allowsStale,
  GatewayError,
  isOutage,
  isUnknownOrForeign,
  mayPass,
  mayTryChangeAgain,
  refusesList,
  refusesState,
  type ErrorCode,
} from '../../src/domain/errors.ts';
import {
  badResponse,
  failureOf,
  failureOfChange,
  timedOut,
  unavailable,
} from '../../src/upstream/failure.ts';

const QUESTIONS = {
  isOutage,
  allowsStale,
  allowsPartial,
  mayTryChangeAgain,
  mayPass,
  refusesList,
  isUnknownOrForeign,
};
type Question = keyof typeof QUESTIONS;

const UNASKABLE: readonly Question[] = ['allowsStale', 'allowsPartial', 'mayTryChangeAgain', 'mayPass'];
const EXPECTED: Readonly<Record<ErrorCode, readonly Question[]>> = {
  UNAUTHENTICATED: ['refusesList'],
  FORBIDDEN: ['refusesList', 'isUnknownOrForeign'],
  NOT_FOUND: ['isUnknownOrForeign'],
  BAD_USER_INPUT: [],
  RATE_LIMITED: UNASKABLE,
  UPSTREAM_TIMEOUT: ['isOutage', ...UNASKABLE],
  UPSTREAM_UNAVAILABLE: ['isOutage', ...UNASKABLE],
  UPSTREAM_BAD_RESPONSE: [],
  NOT_SUPPORTED: ['refusesList'],
  COST_LIMIT_EXCEEDED: ['allowsPartial'],
  OVERLOADED: [],
  INTERNAL_SERVER_ERROR: [],
};

function answersFor(error: unknown): string[] {
  return Object.entries(QUESTIONS)
    .filter(([, ask]) => ask(error))
    .map(([question]) => question);
}

describe('what a failure means', () => {
  test.each(Object.entries(EXPECTED))('%s', (code, questions) => {
    expect(answersFor(new GatewayError(code as ErrorCode, 'message'))).toEqual(questions);
  });

  test('nothing, where it is a defect', () => {
    expect(answersFor(new Error('defect'))).toEqual([]);
    expect(answersFor({ code: 'UPSTREAM_UNAVAILABLE' })).toEqual([]);
  });

  test('a change whose outcome is unknown is never tried again', () => {
    const unknown = new GatewayError('UPSTREAM_UNAVAILABLE', 'message', { outcome: 'UNKNOWN' });
    expect(mayTryChangeAgain(unknown)).toBe(false);
  });
});

describe('whether the same read may succeed in a moment', () => {
  test.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [409, false],
    [422, false],
    [429, true],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
  ])('after status %i: %s', (status, expected) => {
    expect(failureOf(status, undefined, 1000).transient).toBe(expected);
  });

  test('never after a 429 that does not say when', () => {
    expect(failureOf(429, undefined, null).transient).toBe(false);
  });

  test.each([
    ['no answer in time', timedOut('late'), true],
    ['an answer that broke off', unavailable('lost'), true],
    ['a connection that cannot be had', unavailable('lost', { isPermanent: true }), false],
    ['an answer of the wrong shape', badResponse('odd'), false],
  ])('after %s: %s', (_case, error, expected) => {
    expect(error.transient).toBe(expected);
  });
});

describe("whether the run's state is what refuses a change", () => {
  test.each([
    [400, true],
    [401, false],
    [403, false],
    [404, false],
    [408, false],
    [409, true],
    [422, true],
    [429, false],
    [500, false],
    [501, false],
  ])('after status %i: %s', (status, expected) => {
    expect(refusesState(failureOfChange(failureOf(status, undefined, null)))).toBe(expected);
  });

  test('not where the gateway refuses it itself', () => {
    expect(refusesState(new GatewayError('BAD_USER_INPUT', 'message'))).toBe(false);
  });
});
