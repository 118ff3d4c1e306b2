import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { checkRequest } from '../../src/graphql/limits/request.ts';

const { limits } = loadConfig({});

/** HTTP is held to these by Apollo Server, too; other transports have nobody else. */
describe('on any transport, a request is refused', () => {
  test.each([
    ['query', [], 'a string'],
    ['query', { kind: 'Document' }, 'a string'],
    ['operationName', 1, 'a string'],
    ['variables', [], 'an object'],
    ['variables', '{}', 'an object'],
    ['extensions', [], 'an object'],
  ])('whose %s is %j', (name, value, what) => {
    const error = checkRequest({ query: '{ __typename }', [name]: value }, limits);
    expect(error?.message).toBe(`${name} must be ${what}`);
    expect(error?.extensions).toEqual({ code: 'BAD_REQUEST', http: { status: 400 } });
  });

  test('unless all of it is as it should be', () => {
    const nothing = { operationName: null, variables: null, extensions: null };
    expect(checkRequest({ query: '{ __typename }', ...nothing }, limits)).toBeNull();
    expect(checkRequest({}, limits)).toBeNull();
  });
});
