import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStill, stopAll, type Gateway } from '../support/gateway.ts';
import { aliased, expectRefusal, fragmentBomb, many, nested } from '../support/hostile.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startStill();
});
afterAll(stopAll);

const PARSE = 'GRAPHQL_PARSE_FAILED';
const VALIDATION = 'GRAPHQL_VALIDATION_FAILED';
const RUN = '65410cf6cdf931a12d7ab009';
const TOO_DEEP = 'Brackets of the document lie more than 200 deep';
const REPEATED = 'A field stands more than 25 times in one place';
const SPREAD = 'Fragments are spread more than 25 times in one place';
const WRITTEN_OUT = 'The document has more than 2000 selections, with its fragments written out';

/** Fields of an execution that need no arguments and have no fields of their own. */
const FIELDS =
  'id name status rawStatus createdAt updatedAt completedAt durationMs environment source type configId eventId linkedAccountId isChild isRerun failureKnown completionPercentage __typename b c'.split(
    ' ',
  );

describe('refused before it is parsed, or while it is:', () => {
  const tokens = 'Syntax Error: Document contains more that 5000 tokens. Parsing aborted.';
  test.each([
    [
      '1,600 levels of a field',
      `{ execution(id: "${RUN}") ${nested(1600, '{ rerunOf ', '{ id }', '}')} }`,
      TOO_DEEP,
    ],
    ['1,001 comments', `${'#\n'.repeat(1001)}{ __typename }`, 'The document has more than 1000 comments'],
    [
      'a list literal 2,400 deep',
      `{ executions(filter: { status: ${nested(2400, '[', '', ']')} }) { totalCount } }`,
      TOO_DEEP,
    ],
    [
      'an object literal 1,200 deep',
      `{ executions(filter: ${nested(1200, '{ a: ', '1', '}')}) { totalCount } }`,
      TOO_DEEP,
    ],
    ['a list type 2,400 deep', `query ($a: ${nested(2400, '[', 'Int', ']')}) { __typename }`, TOO_DEEP],
    ['inline fragments 1,200 deep', `{ ${nested(1200, '... { ', '__typename', '}')} }`, TOO_DEEP],
    ['brackets that never close', '{ a '.repeat(2000), TOO_DEEP],
    ['brackets behind a string', `{ a(b: "\\"{", c: ${nested(201, '[', '', ']')}) }`, TOO_DEEP],
    ['brackets behind a block string', `{ a(b: """\\"""{""", c: ${nested(201, '[', '', ']')}) }`, TOO_DEEP],
    ['brackets behind a comment', `# """\n{ a(c: ${nested(201, '[', '', ']')}) }`, TOO_DEEP],
    ['5,001 tokens', `{ ${'a '.repeat(5000)} }`, tokens],
    ['1,200 operations', many(1200, (nth) => `query Q${String(nth)} { __typename }`), tokens],
    [
      'a comment of 70,000 characters',
      `#${'x'.repeat(70_000)}\n{ __typename }`,
      'The document is longer than 65536 characters',
    ],
    [
      'a string of 70,000 characters',
      `{ execution(id: "${'x'.repeat(70_000)}") { id } }`,
      'The document is longer than 65536 characters',
    ],
    ['what is no document', 'qwerty cop { abc }', 'Syntax Error: Unexpected Name "qwerty".'],
  ])('%s', async (_what, query, message) => {
    expect(await expectRefusal(gateway, JSON.stringify({ query }))).toEqual({
      status: 400,
      code: PARSE,
      message,
    });
  });
});

describe('refused before it is validated:', () => {
  const conflicts = many(26, (nth) => `executions(first: ${String(nth + 1)}) { totalCount }`);
  test.each([
    [
      '1,200 aliases of __typename',
      `{ ${aliased(1200, '__typename')} }`,
      'The document has more than 100 aliases',
    ],
    [
      '101 aliases in a fragment that is spread',
      `{ ...A } fragment A on Query { ${aliased(101, '__typename')} }`,
      'The document has more than 100 aliases',
    ],
    ['500 times the same field', `{ ${'__typename '.repeat(500)} }`, REPEATED],
    [
      'the same field in fields that are merged',
      `{ ${many(6, () => `executions { ${'totalCount '.repeat(5)} }`)} }`,
      REPEATED,
    ],
    ['the same field by inline fragments', `{ ${'... { __typename } '.repeat(30)} }`, REPEATED],
    ['fields that conflict', `{ ${conflicts} }`, REPEATED],
    ['800 fragments that are not there', `{ ${many(800, (nth) => `...U${String(nth)}`)} }`, SPREAD],
    [
      'fragments that stand for two to the 30',
      `{ ...F0 } ${fragmentBomb(30, 'Query', '__typename')}`,
      SPREAD,
    ],
    [
      'fragments that stand for thousands of fields',
      `{ ${many(50, (nth) => `a${String(nth)}: viewer { ...V }`)} } fragment V on Viewer { ${many(50, (nth) => `b${String(nth)}: signIn`)} }`,
      'The document has more than 100 aliases',
    ],
    [
      'fields within fields by fragments',
      `{ ${aliased(60, 'executions { ...C }')} } fragment C on ExecutionConnection { nodes { ${FIELDS.join(' ')} } edges { node { ${FIELDS.join(' ')} } } }`,
      WRITTEN_OUT,
    ],
    [
      '500 fragments that nobody spreads',
      `{ __typename } ${many(500, (nth) => `fragment U${String(nth)} on Query { __typename }`)}`,
      'The document has more than 50 fragments',
    ],
    [
      'a fragment that nobody spreads',
      `{ __typename } fragment U on Query { ${'__typename '.repeat(500)} }`,
      REPEATED,
    ],
    [
      '21 levels of a field',
      `{ execution(id: "${RUN}") ${nested(20, '{ rerunOf ', '{ id }', '}')} }`,
      'Fields lie more than 20 deep',
    ],
    [
      '21 levels by fragments',
      `{ execution(id: "${RUN}") { ...R0 } } ${many(20, (nth) => `fragment R${String(nth)} on Execution { rerunOf { id ...R${String(nth + 1)} } }`)} fragment R20 on Execution { id }`,
      'Fields lie more than 20 deep',
    ],
    [
      '10 unknown directives in one place',
      `{ __typename ${'@aa'.repeat(10)} }`,
      'There are more than 5 directives in one place',
    ],
    [
      '10 known directives in one place',
      `{ __typename ${'@skip(if: false)'.repeat(10)} }`,
      'There are more than 5 directives in one place',
    ],
    [
      'directives of an operation',
      `query ${'@aa'.repeat(10)} { __typename }`,
      'There are more than 5 directives in one place',
    ],
    [
      'directives of a fragment',
      `{ ...A } fragment A on Query ${'@aa'.repeat(10)} { __typename }`,
      'There are more than 5 directives in one place',
    ],
    [
      'directives of a variable',
      `query ($a: Int ${'@aa'.repeat(10)}) { __typename }`,
      'There are more than 5 directives in one place',
    ],
    [
      '101 directives, each on another field',
      `{ ${many(5, (nth) => `e${String(nth)}: executions { nodes { ${many(21, (at) => `${FIELDS[at] ?? ''} @include(if: true)`)} } }`)} }`,
      'The document has more than 100 directives',
    ],
    [
      '21 operations',
      many(21, (nth) => `query Q${String(nth)} { __typename }`),
      'The document has more than 20 operations',
    ],
    [
      '600 variables',
      `query (${many(600, (nth) => `$v${String(nth)}: Int`)}) { executions(first: $v0) { totalCount } }`,
      'The document has more than 100 variables',
    ],
    [
      'a list literal of 1,001 values',
      `mutation { stopExecutions(input: { ids: [${many(1001, (nth) => `"${String(nth)}"`)}] }) { matched } }`,
      'A list of an argument has more than 1000 values',
    ],
    [
      'a list literal 11 deep',
      `{ executions(filter: { status: ${nested(10, '[', '', ']')} }) { totalCount } }`,
      'Lists and objects of an argument lie more than 10 deep',
    ],
    [
      'a list literal in a default',
      `query ($a: [Int] = ${nested(11, '[', '', ']')}) { __typename }`,
      'Lists and objects of an argument lie more than 10 deep',
    ],
    [
      'a list literal in a directive',
      `{ __typename @skip(if: ${nested(11, '[', '', ']')}) }`,
      'Lists and objects of an argument lie more than 10 deep',
    ],
    [
      'a list literal in a directive of a fragment',
      `{ ... @skip(if: ${nested(11, '[', '', ']')}) { __typename } }`,
      'Lists and objects of an argument lie more than 10 deep',
    ],
    [
      'an argument 800 times',
      `{ executions(${'first: 1 '.repeat(800)}) { totalCount } }`,
      'A field has more than 50 arguments',
    ],
    [
      'a subscription to nothing',
      'subscription { __typename }',
      'Anonymous Subscription must not select an introspection top level field.',
    ],
  ])('%s', async (_what, query, message) => {
    expect(await expectRefusal(gateway, JSON.stringify({ query }))).toEqual({
      status: 400,
      code: VALIDATION,
      message,
    });
  });
});

describe('refused by validation, with one error:', () => {
  test.each([
    [
      '101 unknown fields',
      `{ ${many(101, (nth) => `z${String(nth)}`)} }`,
      'Cannot query field "z0" on type "Query".',
    ],
    [
      'a circle of fragments',
      '{ viewer { ...A } } fragment A on Viewer { signIn ...B } fragment B on Viewer { ...A }',
      'Cannot spread fragment "A" within itself via "B".',
    ],
    [
      'a fragment that spreads itself',
      '{ ...A } fragment A on Query { ...A }',
      'Cannot spread fragment "A" within itself.',
    ],
    [
      'a circle that nobody spreads',
      '{ __typename } fragment A on Query { ...B } fragment B on Query { ...A }',
      'Cannot spread fragment "A" within itself via "B".',
    ],
    [
      'an argument 50 times',
      `{ executions(${'first: 1 '.repeat(50)}) { totalCount } }`,
      'There can be only one argument named "first".',
    ],
    [
      'two definitions of a type',
      'type A { a: Int } type B { a: Int }',
      'The "A" definition is not executable.',
    ],
    [
      'an integer of 5,000 digits',
      `{ executions(first: ${'9'.repeat(5000)}) { totalCount } }`,
      /^Int cannot represent non 32-bit signed integer value: 9{400,}$/,
    ],
    ['a name of 50,000 letters', `{ ${'a'.repeat(50_000)} }`, /^Cannot query field "a{450,}$/],
  ])('%s', async (_what, query, message) => {
    const error = await expectRefusal(gateway, JSON.stringify({ query }));
    expect(error.code).toBe(VALIDATION);
    expect(error.message).toMatch(message);
    expect(error.message.length).toBeLessThanOrEqual(500);
  });
});

test('an operation is chosen by name among as many as are allowed', async () => {
  const query = many(20, (nth) => `query Q${String(nth)} { a${String(nth)}: __typename }`);
  const response = await fetch(gateway.endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, operationName: 'Q7' }),
  });
  expect(await response.json()).toMatchObject({ data: { a7: 'Query' } });
});
