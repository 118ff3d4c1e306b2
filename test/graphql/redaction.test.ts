import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { startGateway, stopAll } from '../support/gateway.ts';
import { PLAIN_KEYS, SAMPLES, SECRET_KEYS } from '../support/redaction-corpus.ts';
import { FAILED } from '../support/sandbox.ts';

afterEach(stopAll);

const ROUTE = 'GET /execution/{execution_id}';
const QUERY = 'query ($id: ID!) { execution(id: $id) { nodes { output(maxBytes: 1048576) } } }';
const PAGE = readFileSync(join(import.meta.dirname, '../../docs/redaction.md'), 'utf8');

/** What a client sees of each value, as the output of a step. */
async function shown(values: readonly unknown[]): Promise<string[]> {
  const { query, sandbox } = await startGateway();
  const nodes = values.map((value, index) => ({ node_id: String(index + 1), latest_output: { value } }));
  sandbox.addFault({ match: { route: ROUTE }, body: JSON.stringify({ nodes }) });
  const { data, errors } = await query<{ execution: { nodes: { output: { value: unknown } }[] } }>(QUERY, {
    id: FAILED,
  });
  expect(errors).toEqual([]);
  return data.execution.nodes.map(({ output }) => JSON.stringify(output.value));
}

/** What the page says that the rule gets wrong, under this heading. */
function listed(heading: string): string[] {
  const [, section = ''] = PAGE.split(`### ${heading}\n`);
  return [...(section.split('\n#')[0] ?? '').matchAll(/^- `?([^`:\n]+)/gm)]
    .map(([, name = '']) => name)
    .sort();
}

describe('redaction over the corpus', () => {
  test('errs in what docs/redaction.md lists, and in nothing else', async () => {
    const secretKeys = await shown(SECRET_KEYS.map((key) => ({ [key]: 'hidden' })));
    const plainKeys = await shown(PLAIN_KEYS.map((key) => ({ [key]: 'kept' })));
    const samples = await shown(SAMPLES.map(({ value }) => value));
    const shownSecrets = [
      ...SECRET_KEYS.filter((_key, index) => secretKeys[index]?.includes('hidden')),
      ...SAMPLES.filter((_sample, index) => /hidden|aGlkZGVu|aWRkZW4/.test(samples[index] ?? '')).map(
        ({ about }) => about,
      ),
    ];
    const hiddenPlain = [
      ...PLAIN_KEYS.filter((_key, index) => !plainKeys[index]?.includes('kept')),
      ...SAMPLES.filter(({ kept = [] }, index) => !kept.every((text) => samples[index]?.includes(text))).map(
        ({ about }) => about,
      ),
    ];
    expect(shownSecrets.sort()).toEqual(listed('Secrets that are shown'));
    expect(hiddenPlain.sort()).toEqual(listed('Plain values that are hidden'));
    const size = SECRET_KEYS.length + PLAIN_KEYS.length + SAMPLES.length;
    expect(PAGE.replace(/\s+/g, ' ')).toContain(
      `Of ${String(size)} samples, ${String(shownSecrets.length)} secrets are shown and ${String(hiddenPlain.length)} plain values are hidden`,
    );
  });

  test('takes no longer for a text whose every part begins like a secret', async () => {
    const text = '-eyJ'.repeat(1_000_000 / 4);
    expect(await shown([text])).toEqual([JSON.stringify(text)]);
  });

  test('holds where a text is cut, and says so', async () => {
    const { query, sandbox } = await startGateway();
    const output = { log: `${'x'.repeat(100_000)} password=hidden`, token: 'hidden' };
    sandbox.addFault({
      match: { route: ROUTE },
      body: JSON.stringify({ nodes: [{ node_id: '1', latest_output: output }] }),
    });
    const { data } = await query<unknown>(QUERY.replace('1048576', '1024'), {
      id: FAILED,
    });
    expect(JSON.stringify(data)).not.toContain('hidden');
    expect(data).toMatchObject({ execution: { nodes: [{ output: { truncated: true } }] } });
  });
});
