import { parseArgs } from 'node:util';

import { InvalidInput } from './api/errors.ts';
import { DEFAULT_OPTIONS } from './server.ts';
import type { SandboxOptions } from './server.ts';

interface CliOption {
  readonly kind: 'number' | 'text' | 'flag';
  readonly means: string;
  readonly default?: string | number;
}

const OPTIONS: Readonly<Record<string, CliOption>> = {
  port: { kind: 'number', means: 'port to listen on, 0 for any free one', default: DEFAULT_OPTIONS.port },
  host: { kind: 'text', means: 'address to listen on', default: DEFAULT_OPTIONS.host },
  accounts: { kind: 'number', means: 'linked accounts', default: DEFAULT_OPTIONS.accounts },
  executions: { kind: 'number', means: 'executions of each account', default: DEFAULT_OPTIONS.executions },
  seed: { kind: 'number', means: 'seed that all data is made from', default: DEFAULT_OPTIONS.seed },
  rate: {
    kind: 'number',
    means: 'requests per second and API key, 0: no limit',
    default: DEFAULT_OPTIONS.rate,
  },
  burst: { kind: 'number', means: 'requests that may come at once', default: DEFAULT_OPTIONS.burst },
  'latency-ms': { kind: 'number', means: 'delay of every answer', default: DEFAULT_OPTIONS.latencyMs },
  'webhook-url': { kind: 'text', means: 'where to tell of runs that end' },
  generation: {
    kind: 'text',
    means: 'documentation to follow: both, d1 or d2',
    default: DEFAULT_OPTIONS.generation,
  },
  'no-session-lookups': { kind: 'flag', means: 'refuse single workflows and applications to session tokens' },
  help: { kind: 'flag', means: 'show this' },
};

/** The text of `--help`: every option with its default. */
export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(([name, option]) => {
    const value = option.kind === 'flag' ? '' : ` <${option.kind}>`;
    const fallback = option.default === undefined ? '' : ` (default: ${String(option.default)})`;
    return `  ${`--${name}${value}`.padEnd(26)}${option.means}${fallback}`;
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
  const number = (name: string): number | undefined => {
    const text = values.get(name);
    if (text === undefined) return undefined;
    if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidInput(`--${name}: must be a number, not ${text}`);
    return Number(text);
  };
  return withoutUndefined({
    port: number('port'),
    host: values.get('host'),
    accounts: number('accounts'),
    executions: number('executions'),
    seed: number('seed'),
    rate: number('rate'),
    burst: number('burst'),
    latencyMs: number('latency-ms'),
    webhookUrl: webhookUrl(values.get('webhook-url')),
    generation: generation(values.get('generation')),
    sessionLookups: values.has('no-session-lookups') ? false : undefined,
  });
}

function parse(args: readonly string[]): Map<string, string> {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, { kind }]) => {
      const type = kind === 'flag' ? ('boolean' as const) : ('string' as const);
      return [name, { type }];
    }),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
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

function generation(text: string | undefined): 'both' | 'd1' | 'd2' | undefined {
  if (text === undefined || text === 'both' || text === 'd1' || text === 'd2') return text;
  throw new InvalidInput(`--generation: must be both, d1 or d2, not ${text}`);
}

type WithoutUndefined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<T>;
}
