import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, getNamedType, isListType, isNonNullType, isObjectType } from 'graphql';
import { failedRun, startOver } from '../support/failing-upstream.ts';
import { startGateway, startServer, stopAll, type Answer } from '../support/gateway.ts';

afterEach(stopAll);

const env = { MAX_RESPONSE_BYTES: '5000' };
const BIG = 'x'.repeat(2000);
const TOO_LARGE =
  'With this the answer would be larger than 5000 bytes: ask for fewer rows or fields, or for less of outputs';

function errorsOf({ errors }: Answer) {
  return errors.map(({ message, path, extensions }) => ({ message, path, code: extensions.code }));
}

describe('an answer that would be too large', () => {
  test('leaves out outputs from where they do not fit', async () => {
    const nodes = [1, 2, 3, 4].map((nth) => ({
      node_id: String(nth),
      latest_output: nth === 4 ? null : BIG,
    }));
    const run = failedRun(1, null, { nodes });
    const { query } = await startOver([run], { env });

    const answer = await query('query ($id: ID!) { execution(id: $id) { id nodes { nodeId output } } }', {
      id: run.id,
    });

    expect(answer.data).toEqual({
      execution: {
        id: run.id,
        nodes: [
          { nodeId: '1', output: BIG },
          { nodeId: '2', output: BIG },
          { nodeId: '3', output: null },
          { nodeId: '4', output: null },
        ],
      },
    });
    expect(errorsOf(answer)).toEqual([
      { message: TOO_LARGE, path: ['execution', 'nodes', 2, 'output'], code: 'COST_LIMIT_EXCEEDED' },
    ]);
  });

  test('leaves out what else is large, a field of the operation at a time', async () => {
    const { query, logs } = await startOver([failedRun(1, null, { more: { name: 'é'.repeat(900) } })], {
      env,
    });
    const page = 'executions { nodes { name status } }';

    const answer = await query(
      `{ a: ${page} b: ${page} ...F d: ${page} } fragment F on Query { c: ${page} viewer { signIn } }`,
    );

    const shown = { nodes: [{ name: 'é'.repeat(900), status: 'ERRORED' }] };
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ a: shown, b: shown, c: null, viewer: { signIn: 'API_KEY' }, d: null });
    expect(errorsOf(answer).map(({ path, code }) => [path, code])).toEqual([
      [['c'], 'COST_LIMIT_EXCEEDED'],
      [['d'], 'COST_LIMIT_EXCEEDED'],
    ]);
    expect(logs.at(-1)).toContain('COST_LIMIT_EXCEEDED');
  });

  test('counts what texts take as JSON', async () => {
    const { query } = await startOver([failedRun(1, null, { more: { name: '\u0001'.repeat(900) } })], {
      env,
    });
    const answer = await query('{ executions { nodes { name } } }');
    expect(answer.data).toEqual({ executions: null });
  });

  test('tells that a change was made', async () => {
    const made = '65410cf6cdf931a12d7ab777';
    const upstreamUrl = await startServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const run = { _id: made, name: 'x'.repeat(6000), status: 'RUNNING', nodes: [] };
      response.end(JSON.stringify(request.method === 'POST' ? { id: made } : run));
    });
    const { query } = await startGateway({ upstreamUrl, env });

    const answer = await query(`mutation { rerunExecution(id: "65410cf6cdf931a12d7ab009") {
      execution { id name } executionId originalExecutionId userErrors { code }
    } }`);

    expect(answer.data).toEqual({
      rerunExecution: {
        execution: null,
        executionId: made,
        originalExecutionId: '65410cf6cdf931a12d7ab009',
        userErrors: [],
      },
    });
    expect(errorsOf(answer)).toEqual([
      { message: TOO_LARGE, path: ['rerunExecution', 'execution'], code: 'COST_LIMIT_EXCEEDED' },
    ]);
  });
});

test('whatever the outcome of a change is shown with may be null', () => {
  const folder = join(import.meta.dirname, '../../schema');
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  const changes = Object.values(buildSchema(texts.join('\n')).getMutationType()?.getFields() ?? {});
  const objects = changes.flatMap((change) => {
    const payload = getNamedType(change.type);
    const fields = isObjectType(payload) ? Object.values(payload.getFields()) : [];
    return fields.filter(({ type }) => {
      const open = isNonNullType(type) ? type.ofType : type;
      return !isListType(open) && isObjectType(open);
    });
  });
  expect(objects.length).toBeGreaterThan(3);
  expect(objects.filter(({ type }) => isNonNullType(type))).toEqual([]);
});

test('what is too large is not written first', async () => {
  const name = 'n'.repeat(3000);
  const { query } = await startOver([failedRun(1, null, { more: { name } })], { env });
  const stringify = jest.spyOn(JSON, 'stringify');
  const aliases = Array.from({ length: 100 }, (_, index) => `a${String(index)}: name`).join(' ');

  const { errors } = await query(`{ executions { nodes { ${aliases} } } }`);

  const lengths = stringify.mock.results.map(({ value }) => (typeof value === 'string' ? value.length : 0));
  stringify.mockRestore();
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['COST_LIMIT_EXCEEDED']);
  // The row itself is written by the server that stands in for upstream.
  expect(Math.max(...lengths)).toBeLessThan(50_000);
});
