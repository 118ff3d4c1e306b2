import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const FOLDER = path.resolve(import.meta.dirname, '../../packages/run-history/src/page/styles');

/** The stylesheets by name, without comments. */
async function sheets(): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.css'));
  const texts = await Promise.all(names.map((name) => readFile(path.join(FOLDER, name), 'utf8')));
  return new Map(
    names.map((name, index) => [name, (texts[index] ?? '').replaceAll(/\/\*[\s\S]*?\*\//g, '')]),
  );
}

type Colour = readonly [number, number, number];

/** The tokens that are colours, in light or in dark. */
async function colours(scheme: 'light' | 'dark'): Promise<(name: string) => Colour> {
  const text = (await sheets()).get('tokens.css') ?? '';
  const pattern = /--rh-own-([\w-]+):[^;]*light-dark\(#([\da-f]{6}), #([\da-f]{6})\)/g;
  const found = new Map(
    [...text.matchAll(pattern)].map(([, name, light, dark]) => [name, scheme === 'light' ? light : dark]),
  );
  return (name) => {
    const hex = found.get(name);
    if (hex === undefined) throw new Error(`There is no colour ${name}`);
    return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
  };
}

/** One colour laid over another, as `color-mix` with `transparent` has it. */
function over([r, g, b]: Colour, share: number, [br, bg, bb]: Colour): Colour {
  const mix = (top: number, below: number) => top * share + below * (1 - share);
  return [mix(r, br), mix(g, bg), mix(b, bb)];
}

/** As the Web Content Accessibility Guidelines 2.2 define it. */
function contrast(one: Colour, other: Colour): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance([r, g, b]: Colour): number {
  const linear = (channel: number) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

const WORDS = ['text', 'muted', 'accent', 'success', 'danger', 'warning', 'running', 'neutral'];
const PLANES = ['background', 'surface', 'raised', 'hover', 'selected'];

describe.each(['light', 'dark'] as const)('in %s', (scheme) => {
  test('words can be read on every plane', async () => {
    const colour = await colours(scheme);
    const faint = WORDS.flatMap((word) =>
      PLANES.map((plane) => [word, plane, contrast(colour(word), colour(plane))] as const),
    ).filter(([, , ratio]) => ratio < 4.5);
    expect(faint).toEqual([]);
  });

  test('words can be read on what is tinted with their colour', async () => {
    const colour = await colours(scheme);
    const tints = WORDS.slice(2).flatMap((word) =>
      ['background', 'surface'].map((plane) => {
        const tint = over(colour(word), 0.11, colour(plane));
        return [
          word,
          plane,
          Math.min(...[word, 'text', 'muted'].map((on) => contrast(colour(on), tint))),
        ] as const;
      }),
    );
    expect(tints.filter(([, , ratio]) => ratio < 4.5)).toEqual([]);
  });

  test('words can be read on buttons', async () => {
    const colour = await colours(scheme);
    expect(contrast(colour('accent-text'), colour('accent'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colour('danger-text'), colour('danger'))).toBeGreaterThanOrEqual(4.5);
  });

  test('the edge of what has the focus stands out', async () => {
    const colour = await colours(scheme);
    for (const plane of PLANES) {
      expect(contrast(colour('focus'), colour(plane))).toBeGreaterThanOrEqual(3);
    }
  });
});

test('a class belongs to one stylesheet', async () => {
  const owners = new Map<string, Set<string>>();
  for (const [name, text] of await sheets()) {
    // The class that a rule is about: the first of the last compound; others only say where it is.
    for (const [, selector = ''] of text.matchAll(/([^{};]+)\{/g)) {
      for (const [, one = ''] of selector.matchAll(/(?:^|,)\s*\.(rh-[\w-]+)[^\s,>+~]*\s*(?=,|$)/g)) {
        owners.set(one, (owners.get(one) ?? new Set()).add(name));
      }
    }
  }
  const shared = ['rh-root', 'rh-host', 'rh-given'];
  const several = [...owners].filter(([one, names]) => names.size > 1 && !shared.includes(one));
  expect(several.map(([one, names]) => `${one}: ${[...names].join(', ')}`)).toEqual([]);
});

test('nothing is measured in what a host may change, or coloured but by tokens', async () => {
  const found = [...(await sheets())].flatMap(([name, text]) => {
    const own = name === 'tokens.css' ? text.replaceAll(/--rh-own-[^;]*;/g, '') : text;
    const pattern =
      /\b\d*\.?\d+rem\b|#[\da-f]{3,8}\b|\brgba?\(|(?:^|[\s;{])(?:margin|padding|border)-(?:left|right)\b|(?:^|[\s;{])(?:left|right):/gi;
    return [...own.matchAll(pattern)].map(([what]) => `${name}: ${what.trim()}`);
  });
  // A tooltip is dark in both, and so are its letters light.
  expect(found.filter((one) => !/^popups\.css: #(?:1f232c|333945|ffffff)$/.test(one))).toEqual([]);
});
