import type { Random } from '../support/random.ts';

/** Texts that parsers, databases and logs have stumbled over. */
const AWKWARD_TEXTS = [
  '',
  ' ',
  '\0',
  '\r\n',
  '\u2028',
  '\uFEFF',
  '\uD800',
  '\u{1F4A9}',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%2e%2e%2f',
  '%00',
  '${7*7}',
  '{{7*7}}',
  "' or 1=1 --",
  '<script>alert(1)</script>',
  '1e999',
  '-0',
  'NaN',
  'null',
  '9'.repeat(400),
  '-'.repeat(30),
  'a'.repeat(5000),
  '('.repeat(300),
  '1970-01-01',
  '2024-02-30',
  '+275760-09-13T00:00:00.001Z',
];

/** Values of JSON that a reader may not expect. */
export function awkwardValue(random: Random): unknown {
  const kind = random.below(12);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return random.pick([0, -0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -1e308, 5e-324]);
  if (kind === 3) return [];
  if (kind === 4) return {};
  if (kind === 5) return Array.from({ length: random.below(200) }, () => random.pick(AWKWARD_TEXTS));
  if (kind === 6) return nested(random, 1 + random.below(300));
  if (kind === 7) return Object.fromEntries(random.some(AWKWARD_TEXTS, 0.3).map((key) => [key, key]));
  return random.pick(AWKWARD_TEXTS);
}

function nested(random: Random, levels: number): unknown {
  let value: unknown = random.pick(AWKWARD_TEXTS);
  for (let level = 0; level < levels; level++) value = random.chance(0.5) ? [value] : { and: value };
  return value;
}

/** The same JSON with a few of its parts gone, doubled, or something else. */
export function mutateJson(random: Random, value: unknown, share = 0.03): unknown {
  if (random.chance(share)) return awkwardValue(random);
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => mutateJson(random, item, share));
    if (random.chance(share)) items.push(...items.slice(0, 20));
    return random.chance(share) ? items.slice(random.below(items.length + 1)) : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(() => !random.chance(share))
      .map(([key, item]) => [
        random.chance(share / 3) ? random.pick(AWKWARD_TEXTS) : key,
        mutateJson(random, item, share),
      ]),
  );
}

/**
 * The same text after a few cuts, repetitions and insertions.
 * @param words what may be put in besides awkward texts
 */
export function mutateText(random: Random, text: string, words: readonly string[]): string {
  let changed = text;
  for (let nth = 0; nth <= random.below(5); nth++) changed = mutateOnce(random, changed, words);
  return changed;
}

function mutateOnce(random: Random, text: string, words: readonly string[]): string {
  const from = random.below(text.length + 1);
  const until = Math.min(text.length, from + 1 + random.below(random.chance(0.2) ? 200 : 12));
  const part = text.slice(from, until);
  const instead = [
    '',
    part + part,
    part.repeat(1 + random.below(100)),
    random.pick(AWKWARD_TEXTS),
    random.pick(words),
    ` ${random.pick(words)} `,
    String.fromCharCode(random.below(0x2100)),
    part.split('').reverse().join(''),
    text.slice(random.below(text.length + 1), random.below(text.length + 1)),
  ];
  return text.slice(0, from) + random.pick(instead) + text.slice(until);
}

/** The same bytes with a few of them changed. */
export function mutateBytes(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let nth = 0; nth <= random.below(8); nth++) {
    if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
  }
  return random.chance(0.3) ? changed.subarray(0, random.below(changed.length + 1)) : changed;
}
