import { parseArgs } from 'node:util';

import { InvalidInput } from './api/errors.ts';
import { inWords, parseTraits, TRAITS } from './api/traits.ts';
import type { Trait, Traits } from './api/traits.ts';
import { DEFAULT_OPTIONS } from './server.ts';
import type { SandboxOptions } from './server.ts';

interface CliOption {
  readonly kind: 'number' | 'text' | 'list' | 'flag';
  readonly means: string;
  readonly default?: string | number;
}

/** A trait as an option; a flag that is usually on is told by switching it off. */
function traitOption(name: keyof Traits): [string, CliOption] {
  const trait: Trait = TRAITS[name];
  const option = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const { means } = trait;
  switch (trait.kind) {
    case 'choice':
      return [option, { kind: 'text', means: `${means}: ${inWords(trait.choices)}`, default: trait.usual }];
    case 'number':
      return [option, { kind: 'number', means, default: trait.usual }];
    case 'list':
      return [option, { kind: 'list', means }];
    case 'flag':
      return [trait.usual ? `no-${option}` : option, { kind: 'flag', means }];
  }
}

const TRAIT_NAMES = Object.keys(TRAITS) as (keyof Traits)[];

const OPTIONS: Readonly<Record<string, CliOption>> = {
  port: { kind: 'number', means: 'port to listen on, 0 for any free one', default: DEFAULT_OPTIONS.port },
  host: { kind: 'text', means: 'address to listen on', default: DEFAULT_OPTIONS.host },
  accounts: { kind: 'number', means: 'linked accounts', default: DEFAULT_OPTIONS.accounts },
  executions: { kind: 'number', means: 'executions of each account', default: DEFAULT_OPTIONS.executions },
  seed: { kind: 'number', means: 'seed that all data is made from', default: DEFAULT_OPTIONS.seed },
  arrivals: {
    kind: 'number',
    means: 'executions that arrive in an hour, for each account',
    default: DEFAULT_OPTIONS.arrivals,
  },
  lively: {
    kind: 'flag',
    means: 'make data to be looked at: runs fail for many reasons, at times in numbers',
  },
  rate: {
    kind: 'number',
    means: 'requests per second and API key, 0: no limit',
    default: DEFAULT_OPTIONS.rate,
  },
  burst: { kind: 'number', means: 'requests that may come at once', default: DEFAULT_OPTIONS.burst },
  'latency-ms': { kind: 'number', means: 'delay of every answer', default: DEFAULT_OPTIONS.latencyMs },
  'webhook-url': { kind: 'text', means: 'where to tell of runs that end' },
  ...Object.fromEntries(TRAIT_NAMES.map(traitOption)),
  help: { kind: 'flag', means: 'show this' },
};

/** The text of `--help`: every option with its default. */
export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(([name, option]) => {
    const value = option.kind === 'flag' ? '' : ` <${option.kind === 'list' ? 'text' : option.kind}>`;
    const fallback = option.default === undefined ? '' : ` (default: ${String(option.default)})`;
    return `  ${`--${name}${value}`.padEnd(28)}${option.means}${fallback}`;
  });
  return [
    'Usage: npm run sandbox -- [options]',
    '',
    "Emulates Refold's public REST API.",
    '',
    ...lines,
    '',
  ].join('\n');
}

/** Reads command-line arguments; `'help'` if asked for help. Throws `InvalidInput` naming a mistake. */
export function parseCliOptions(args: readonly string[]): SandboxOptions | 'help' {
  const values = parse(args);
  if (values.has('help')) return 'help';
  const text = (name: string): string | undefined => values.get(name)?.at(-1);
  const number = (name: string): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(given)) throw new InvalidInput(`--${name}: must be a number, not ${given}`);
    return Number(given);
  };
  const trait = (name: keyof Traits): unknown => {
    const [option, { kind }] = traitOption(name);
    if (!values.has(option)) return undefined;
    const readers = {
      number: () => number(option),
      list: () => values.get(option),
      flag: () => !option.startsWith('no-'),
      text: () => text(option),
    };
    return checkedTrait(name, option, readers[kind]());
  };
  return withoutUndefined({
    port: number('port'),
    host: text('host'),
    accounts: number('accounts'),
    executions: number('executions'),
    seed: number('seed'),
    arrivals: number('arrivals'),
    lively: values.has('lively') ? true : undefined,
    rate: number('rate'),
    burst: number('burst'),
    latencyMs: number('latency-ms'),
    webhookUrl: webhookUrl(text('webhook-url')),
    ...(Object.fromEntries(TRAIT_NAMES.map((name) => [name, trait(name)])) as Partial<Traits>),
  });
}

function checkedTrait(name: keyof Traits, option: string, given: unknown): unknown {
  try {
    return parseTraits({ [name]: given })[name];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(error.message.replace(name, `--${option}`));
  }
}

function parse(args: readonly string[]): Map<string, string[]> {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { kind }]) => {
      const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
      return [name, { type, multiple: kind === 'list' }];
    }),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return new Map(Object.entries(values).map(([name, value]) => [name, [value].flat().map(String)]));
  } catch (error) {
    if (error instanceof Error) throw new InvalidInput(error.message);
    throw error;
  }
}

function webhookUrl(text: string | undefined): string | undefined {
  const isHttp = text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? '');
  if (!isHttp) throw new InvalidInput(`--webhook-url: must be an http or https URL, not ${text}`);
  return text;
}

type WithoutUndefined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
