import { ApolloServer } from '@apollo/server';
import { expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import type { Context } from '../../src/context.ts';
import { formatError } from '../../src/graphql/format-error.ts';
import type { Execute } from '../../src/graphql/planned-execution.ts';
import { composePlugins, type OperationPlugin } from '../../src/graphql/plugins/compose.ts';
import { createErrorLog } from '../../src/graphql/plugins/error-log.ts';
import { createLogger } from '../../src/observability/logger.ts';

const DEFECT = { message: 'Something went wrong here', extensions: { code: 'INTERNAL_SERVER_ERROR' } };

/** Asks a server that executes like that; answers its response, what was logged, and the moments of the operation. */
async function ask(execute: Execute) {
  const logged: string[] = [];
  const moments: string[] = [];
  const logger = createLogger('info', { write: (line) => void logged.push(line) });
  const watch: OperationPlugin = {
    didEncounterErrors: ({ errors }) => void moments.push(`failed with ${String(errors.length)}`),
    executionDidEnd: () => {
      moments.push('ended');
      return Promise.resolve();
    },
    willSendResponse: () => void moments.push('answered'),
  };
  const apollo = new ApolloServer<Context>({
    typeDefs: 'type Query { a: Int }',
    formatError,
    logger,
    plugins: [composePlugins([watch, createErrorLog(logger)], execute, formatError)],
  });
  const contextValue = { operation: { requestId: 'the request' } } as unknown as Context;
  const response = await apollo.executeOperation({ query: '{ a }' }, { contextValue });
  return { response, moments, logged: logged.filter((line) => line.includes('unexpected error')) };
}

test.each<[string, Execute]>([
  [
    'at once',
    () => {
      throw new TypeError('Nobody foresees this');
    },
  ],
  ['later', () => Promise.reject(new TypeError('Nobody foresees this'))],
  ['as something that cannot be shown', () => ({ errors: [{ extensions: {} } as never] })],
])('what an execution throws %s is a defect of one operation, and logged whole', async (_when, execute) => {
  const { response, moments, logged } = await ask(execute);
  expect(response.http.status).toBe(500);
  expect(response.body).toEqual({ kind: 'single', singleResult: { errors: [DEFECT] } });
  expect(moments).toEqual(['failed with 1', 'ended', 'answered']);
  expect(logged).toHaveLength(1);
  expect(JSON.parse(logged.join(''))).toMatchObject({
    requestId: 'the request',
    stack: expect.stringContaining('TypeError'),
  });
});

test('errors are told before data, and one without a code is a defect', async () => {
  const { response } = await ask(() => ({
    data: { a: null },
    errors: [new GraphQLError('Nobody foresees this')],
  }));
  const { body } = response;
  expect(body).toMatchObject({ singleResult: { errors: [DEFECT], data: { a: null } } });
  expect(body.kind === 'single' && Object.keys(body.singleResult)).toEqual(['errors', 'data']);
});
