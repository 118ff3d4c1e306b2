import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { demoSettings } from '../../demo/settings.ts';
import { withFigures } from '../../docs/comparison.ts';
import { withPromise } from '../../docs/faults.ts';
import { withSettings } from '../../docs/settings.ts';
import { helpText } from '../../sandbox/cli-options.ts';
import { loadConfig } from '../../src/config.ts';
import { describeSettings } from '../../src/settings/table.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { closeSockets, openSocket } from '../support/live-socket.ts';
import { createProduct } from '../support/product.ts';

afterEach(async () => {
  closeSockets();
  await stopAll();
});

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const DOCUMENTS = globSync('**/*.md', { cwd: ROOT, exclude: ['**/node_modules/**', 'coverage/**'] });

interface Block {
  /** The file and line that it starts in. */
  readonly place: string;
  readonly language: string;
  readonly text: string;
  /** The block after it. */
  readonly next: Block | null;
}

function blocksOf(document: string): Block[] {
  const source = textOf(document);
  const fences = [...source.matchAll(/^```(\w+)\n(.*?)^```$/gms)];
  return fences.reduceRight<Block[]>((later, { index, 1: language = '', 2: text = '' }) => {
    const line = source.slice(0, index).split('\n').length;
    return [{ place: `${document}:${String(line)}`, language, text, next: later[0] ?? null }, ...later];
  }, []);
}

const BLOCKS = DOCUMENTS.flatMap(blocksOf);
const OPERATIONS = BLOCKS.filter(({ language }) => language === 'graphql');
const SUBSCRIPTIONS = OPERATIONS.filter(({ text }) => text.startsWith('subscription'));
const QUERIES = OPERATIONS.filter((block) => !SUBSCRIPTIONS.includes(block));
const CURLS = BLOCKS.filter(({ language, text }) => language === 'sh' && text.startsWith('curl '));

describe('the documentation', () => {
  test('lists the settings as they are: `npm run docs` writes them', () => {
    const page = textOf('docs/configuration.md');
    expect(page).toBe(withSettings(page));
    expect(page).toContain(describeSettings());
  });

  test('promises what the fault matrix proves: `npm run docs` writes it', () => {
    const page = textOf('docs/faults.md');
    expect(page).toBe(withPromise(page));
    expect(page).toContain('| 13 | ');
  });

  test('lists every error code', () => {
    const sources = textOf('src/domain/errors.ts') + textOf('src/graphql/format-error.ts');
    const codes = new Set(sources.match(/(?<=^ +(?:\| )?')[A-Z][A-Z_]+(?=')/gm));
    expect(codes.size).toBeGreaterThan(10);
    const page = textOf('docs/errors.md');
    expect([...codes].filter((code) => !page.includes(`| \`${code}\``))).toEqual([]);
  });

  test('takes the figures of its comparison from what was measured: `npm run docs` writes them', () => {
    const page = textOf('docs/comparison.md');
    expect(page).toBe(withFigures(page));
    expect(page).toContain('| this gateway | ');
  });

  test.each(BLOCKS.filter(({ language }) => language === 'ini'))(
    'shows a configuration that the gateway takes at $place',
    ({ text }) => {
      const settings = [...text.matchAll(/^(\w+)=(.+)$/gm)];
      const env = Object.fromEntries(settings.map(([, name = '', value = '']) => [name, value]));
      expect(loadConfig(env)).toMatchObject({ auth: { serverKey: { apiKey: 'pk_...' } }, warnings: [] });
    },
  );
});

test('the sandbox’s options are documented as they are', () => {
  expect(textOf('docs/sandbox.md')).toContain(helpText().trim());
});

/** What is left of the budget depends on the moment, so any numbers will do. */
function withAnyBudget(answer: string): unknown {
  return JSON.parse(answer, (key, value: unknown) =>
    key === 'budget'
      ? Object.fromEntries(Object.keys(value as object).map((name) => [name, expect.any(Number)]))
      : value,
  );
}

describe('examples', () => {
  let token = '';
  let env: Record<string, string> = {};

  beforeAll(async () => {
    const product = await createProduct();
    token = await product.tokenOf('demo@example.com');
    env = { ...product.env, MCP: 'true' };
  });

  test('are there', () => {
    expect(QUERIES.length).toBeGreaterThanOrEqual(3);
    expect(SUBSCRIPTIONS.length).toBeGreaterThanOrEqual(1);
    expect(CURLS.length).toBeGreaterThanOrEqual(6);
  });

  test.each(QUERIES)('the query at $place', async ({ text, next }) => {
    const { query } = await startGateway();

    const answer = await query(text);

    expect(answer.errors).toEqual([]);
    const { data, extensions } = answer as { data: unknown; extensions: unknown };
    const isShown = next?.language === 'json';
    expect({ data, extensions }).toEqual(isShown ? withAnyBudget(next.text) : { data, extensions });
  });

  test.each(SUBSCRIPTIONS)('the subscription at $place', async ({ text }) => {
    const { url } = await startGateway();
    const client = await openSocket(url);

    client.subscribe('1', text);

    const { type, payload } = await client.next();
    expect(type).toBe('next');
    expect(payload).not.toHaveProperty('errors');
  });

  /** The words of a shell command, without their quotes. */
  function wordsOf(command: string): string[] {
    const words = command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g);
    return [...words].map(([, single, double, bare]) => single ?? double ?? bare ?? '');
  }

  /** Does what a curl command does, as far as the examples use it. */
  async function curl(command: string, hosts: Readonly<Record<string, string>>): Promise<Response> {
    const headers = new Headers();
    const init: { method?: string; body?: string } = {};
    let url = '';
    const words = wordsOf(command.replaceAll('$TOKEN', token));
    for (let word = words.shift(); word !== undefined; word = words.shift()) {
      if (word === '-H') headers.append(...(words.shift()?.split(': ') as [string, string]));
      else if (word === '-X') init.method = words.shift() ?? '';
      else if (word === '-d') init.body = words.shift() ?? '';
      else if (word.startsWith('http')) url = word;
      else if (word !== 'curl' && word !== '-s') throw new Error(`The test does not know ${word}`);
    }
    const { origin } = new URL(url);
    const method = init.method ?? (init.body === undefined ? 'GET' : 'POST');
    return fetch(url.replace(origin, hosts[origin] ?? ''), { ...init, method, headers });
  }

  test.each(CURLS)('the commands at $place', async ({ text }) => {
    const gateway = await startGateway({ env });
    const hosts = {
      'http://127.0.0.1:4000': gateway.url,
      'http://127.0.0.1:4100': gateway.sandbox.url,
    };
    const commands = text.replaceAll('\\\n', ' ').trim().split('\n');
    const answers: unknown[] = [];
    for (const command of commands) {
      const response = await curl(command, hosts);
      answers.push({
        status: response.status,
        errors: ((await response.json()) as { errors?: unknown }).errors,
      });
    }
    expect(answers).toEqual(commands.map(() => ({ status: 200, errors: undefined })));
  });
});

test('the index of the pages has each of them once', () => {
  const index = textOf('docs/README.md');
  const pages = globSync('docs/{*,recipes/*}.md', { cwd: ROOT }).filter((page) => page !== 'docs/README.md');
  const listed = [...index.matchAll(/\]\(([a-z][\w/-]+\.md)\)/g)].map(([, page = '']) => `docs/${page}`);
  expect(listed.sort()).toEqual(pages.sort());
});

describe('links', () => {
  /** A heading's anchor, as GitHub makes it. */
  const anchorOf = (heading: string) =>
    `#${heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')}`;

  function anchorsOf(document: string): string[] {
    return [...textOf(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));
  }

  function isBroken(document: string, link: string): boolean {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? document : join(dirname(document), path);
    if (!existsSync(join(ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(`#${anchor}`);
  }

  test.each(DOCUMENTS)('of %s lead somewhere', (document) => {
    const links = [...textOf(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => isBroken(document, link))).toEqual([]);
  });

  // Of their form only: a test must not fail since somebody else's site is down.
  test('to other sites have the form of one', () => {
    const links = DOCUMENTS.flatMap((document) =>
      [...textOf(document).matchAll(/\]\((https?:[^)]*)\)/g)].map(([, link = '']) => link),
    );
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !/^https:\/\/[\w.-]+\.[a-z]+(\/[\w./#-]*)?$/.test(link))).toEqual([]);
  });
});

test('no setting that is inherited breaks the demo', async () => {
  const product = await createProduct();
  const own = {
    UPSTREAM_URL: 'http://127.0.0.1:4100',
    JWT_ISSUER: 'https://demo.example.com/',
    JWT_AUDIENCE: 'refold-gateway',
    JWT_PUBLIC_KEY: product.env.JWT_PUBLIC_KEY,
  };
  const inherited = {
    NODE_ENV: 'production',
    EXPLORATION: 'false',
    AUTH_SESSION_TOKEN: 'false',
    AUTH_API_KEY: 'false',
    UPSTREAM_URL: 'https://api.example.com',
    REFOLD_API_KEY: 'pk_live',
    WEBHOOK_SECRETS: 'pk_live',
    JWT_JWKS_URL: 'https://login.example.com/jwks.json',
    JWT_ISSUER: 'https://login.example.com/',
    JWT_AUDIENCE: 'else',
    JWT_LINKED_ACCOUNT_CLAIM: 'sub',
    TRUSTED_DOCUMENTS: 'log',
    TRUSTED_DOCUMENTS_SERVER_KEY: 'log',
  };
  expect(loadConfig(demoSettings(inherited, own))).toEqual(loadConfig(demoSettings({}, own)));
  expect(loadConfig(demoSettings({ PORT: '4001' }, own))).toMatchObject({ port: 4001, exploration: true });
});
