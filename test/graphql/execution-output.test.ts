import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, FAILED, list } from '../support/sandbox.ts';
import { startGateway, startStill, stopAll } from '../support/gateway.ts';
import { ONE, ROUTE, startWith, type Data } from '../support/execution-detail.ts';

afterEach(stopAll);

const OUTPUT = `query ($id: ID!, $maxBytes: Int) { execution(id: $id) { nodes { id output(maxBytes: $maxBytes) } } }`;

/** The output of the one node, as a client gets it. */
async function shown(output: unknown, maxBytes?: number, env?: Record<string, string>) {
  const body = { nodes: [{ node_id: 'n', latest_output: output }] };
  const { query } = await startWith(body, env && { env });
  const answer = await query<Data>(OUTPUT, { id: FAILED, ...(maxBytes !== undefined && { maxBytes }) });
  expect(answer.errors).toEqual([]);
  return answer.data.execution.nodes[0]?.output;
}

describe('output', () => {
  test('is whole up to maxBytes, and cut behind it', async () => {
    const json = '{"text":"äöü","n":[1,2]}';
    const bytes = Buffer.byteLength(json);
    expect(await shown(JSON.parse(json), bytes)).toEqual(JSON.parse(json));
    expect(await shown(JSON.parse(json), bytes - 1)).toEqual({
      truncated: true,
      bytes,
      preview: json.slice(0, -1),
    });
  });

  test.each([
    ['"aä€😀"', 1, '"'],
    ['"aä€😀"', 3, '"a'],
    ['"aä€😀"', 4, '"aä'],
    ['"aä€😀"', 6, '"aä'],
    ['"aä€😀"', 7, '"aä€'],
    ['"aä€😀"', 10, '"aä€'],
    ['"aä€😀"', 11, '"aä€😀'],
  ])('%s cut to %i bytes has no half characters', async (json, maxBytes, preview) => {
    expect(await shown(JSON.parse(json), maxBytes)).toEqual({ truncated: true, bytes: 12, preview });
  });

  test.each<[unknown]>([[0], [false], [''], ['ok'], [1.5], [[]], [{}], [[null, { a: [] }]]])(
    'may be any JSON: %j',
    async (output) => {
      expect(await shown(output)).toEqual(output);
    },
  );

  test('that is null is null, however little may be shown', async () => {
    expect(await shown(null, 1)).toBeNull();
    expect(await shown(undefined, 1)).toBeNull();
  });

  test('is cut at 16,384 bytes unless told otherwise', async () => {
    expect(await shown('x'.repeat(16_382))).toHaveLength(16_382);
    expect(await shown('x'.repeat(16_383))).toMatchObject({ truncated: true, bytes: 16_385 });
    const { query } = await startWith({ nodes: [{ node_id: 'n', latest_output: 'x'.repeat(16_383) }] });
    const answer = await query<Data>(OUTPUT, { id: FAILED, maxBytes: null });
    expect(answer.data.execution.nodes[0]?.output).toMatchObject({ truncated: true });
  });

  test('of a megabyte is shown whole where that is asked for', async () => {
    expect(await shown('x'.repeat(1_048_574), 1_048_576)).toHaveLength(1_048_574);
    expect(await shown('x'.repeat(1_048_575), 1_048_576)).toMatchObject({ bytes: 1_048_577 });
  });

  test.each([0, -1, 1_048_577, 2_147_483_647])('with maxBytes %i is refused', async (maxBytes) => {
    const { query } = await startStill();
    const { data, errors } = await query<Data>(OUTPUT, { id: FAILED, maxBytes });
    expect(errors[0]).toMatchObject({
      path: ['execution', 'nodes', 0, 'output'],
      message: expect.stringContaining('maxBytes'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(data.execution.nodes[0]).toEqual({ id: expect.any(String), output: null });
  });

  const KEYS = [
    'password',
    'PASSWORD',
    'userPassword',
    'passwd',
    'pwd',
    'secret',
    'client_secret',
    'clientSecret',
    'access_token',
    'refresh-token',
    'Token',
    'api_key',
    'API Key',
    'x-api-key',
    'api.key',
    'ａｐｉＫｅｙ',
    'Authorization',
    'Proxy-Authorization',
    'set-cookie',
    'credentials',
    'private_key',
    'p-a-s-s-w-o-r-d',
  ];

  test.each(KEYS)('hides what is under %j, wherever it is', async (key) => {
    const hidden = ['hidden', { a: 'hidden' }, ['hidden'], 12345678, null];
    const output = hidden.flatMap((value) => [
      { [key]: value },
      [[{ deep: { [key]: value, kept: 'shown' } }]],
    ]);
    const answer = JSON.stringify(await shown(output));
    expect(answer).not.toMatch(/hidden|12345678/);
    expect(answer.match(/\[redacted\]/g)).toHaveLength(10);
    expect(answer.match(/shown/g)).toHaveLength(5);
  });

  test('hides what REDACT_KEYS names, too', async () => {
    const env = { REDACT_KEYS: ' Iban, -,, card_Number ,' };
    const output = { rows: [{ IBAN: 'x', 'Card-Number': 'y', cardnumbers: [1], password: 'z', card: 'c' }] };
    expect(await shown(output, undefined, env)).toEqual({
      rows: [
        {
          IBAN: '[redacted]',
          'Card-Number': '[redacted]',
          cardnumbers: '[redacted]',
          password: '[redacted]',
          card: 'c',
        },
      ],
    });
  });

  test('that is cut has no secrets in its preview, and counts what is shown', async () => {
    const output = { token: 'hidden'.repeat(1000), text: 'x'.repeat(100) };
    expect(await shown(output, 30)).toEqual({
      truncated: true,
      bytes: Buffer.byteLength(JSON.stringify({ ...output, token: '[redacted]' })),
      preview: '{"token":"[redacted]","text":"',
    });
  });

  test('ends where it is nested deeper than anybody reads', async () => {
    const nested = `${'{"a":['.repeat(20_000)}"hidden"${']}'.repeat(20_000)}`;
    const gateway = await startGateway();
    gateway.sandbox.addFault({
      match: { route: ROUTE },
      body: `{"nodes":[{"node_id":"n","latest_output":${nested}}]}`,
    });
    const { data, errors } = await gateway.query<Data>(OUTPUT, { id: FAILED });
    expect(errors).toEqual([]);
    const text = JSON.stringify(data);
    expect(text).toContain('[too deep]');
    expect(text).not.toContain('hidden');
  });

  test('keeps keys that objects have, and hides in them', async () => {
    const text = '{"__proto__":{"password":"hidden","kept":1},"constructor":{"token":"hidden"},"toString":2}';
    const gateway = await startGateway();
    gateway.sandbox.addFault({
      match: { route: ROUTE },
      body: `{"nodes":[{"node_id":"n","latest_output":${text}}]}`,
    });
    const { data } = await gateway.query<Data>(OUTPUT, { id: FAILED });
    expect(JSON.stringify(data.execution.nodes[0]?.output)).toBe(text.replaceAll('hidden', '[redacted]'));
    expect(({} as Record<string, unknown>)['kept']).toBeUndefined();
  });

  test('of no run of the sandbox shows a secret, nor does the log', async () => {
    const { query, sandbox, logs } = await startStill();
    const { docs } = await list(sandbox, 'limit=50');
    const raw: unknown[] = [];
    for (const { _id: id } of docs) raw.push((await ask(sandbox, `/execution/${id}`)).body);
    expect(JSON.stringify(raw)).toMatch(/example-token|example-password/);
    for (const { _id: id } of docs) {
      const { errors, data } = await query<Data>(ONE, { id });
      expect(errors).toEqual([]);
      expect(JSON.stringify(data)).not.toMatch(/example-token|example-password/);
    }
    expect(logs.join('')).not.toMatch(/example-token|example-password/);
  });
});
