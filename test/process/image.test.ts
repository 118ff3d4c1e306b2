import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DEMO, startGateway, startUpstream, stopAll } from '../support/gateway.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The stages of the Dockerfile, each with its instructions, the first one being `FROM`. */
const STAGES = textOf('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replaceAll('\\\n', ' ')
  .split(/^(?=FROM )/m)
  .map((stage) =>
    stage
      .trim()
      .split(/\n+/)
      .map((line): Instruction => {
        const [name = ''] = line.split(' ', 1);
        return { name, rest: line.slice(name.length).trim() };
      }),
  );
const [FINAL = []] = STAGES.slice(-1);

const restsOf = (name: string, instructions: readonly Instruction[] = STAGES.flat()) =>
  instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);

/** What the instructions copy: from a stage, or from the folder of the project where that is null. */
function copiesOf(instructions?: readonly Instruction[]) {
  return restsOf('COPY', instructions).map((rest) => {
    const words = rest.split(/\s+/);
    const stage = words[0]?.startsWith('--from=') ? (words.shift()?.slice('--from='.length) ?? null) : null;
    return { stage, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
  });
}

/** The program and the arguments that an instruction names in JSON. */
function commandOf(instruction: string): string[] {
  return JSON.parse(instruction.slice(instruction.indexOf('['))) as string[];
}

afterEach(stopAll);

describe('the Dockerfile', () => {
  const sources = copiesOf().flatMap(({ stage, sources }) => (stage === null ? sources : []));

  test('copies what there is, and what its context has', () => {
    const allowed = textOf('.dockerignore').match(/(?<=^!).+$/gm) ?? [];
    expect(sources).toContain('src');
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect(new Set(sources)).toEqual(new Set(allowed));
  });

  test('copies from stages that come before', () => {
    const stages = restsOf('FROM').map((rest) => / AS (\w+)$/.exec(rest)?.[1]);
    const used = copiesOf().flatMap(({ stage }) => (stage === null ? [] : [stage]));
    expect(used).toHaveLength(2);
    expect(stages).toEqual(['base', ...used.toSorted(), undefined]);
  });

  test('has one base for all of them, and a digest that is given to it, not written down', () => {
    const [base, ...others] = restsOf('FROM');
    expect(base).toMatch(/^node:\d+\.\d+\.\d+-slim\$\{NODE_DIGEST:\+@\$\{NODE_DIGEST\}\} AS base$/);
    expect(others.map((rest) => rest.split(' ')[0])).toEqual(['base', 'base', 'base']);
    expect(restsOf('ARG')).toEqual(['NODE_DIGEST']);
    expect(textOf('Dockerfile')).not.toMatch(/sha256:[\da-f]/);
  });

  test('runs npm scripts that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const commands = restsOf('RUN');
    const run = commands.flatMap((command) => /^npm run (\S+)$/.exec(command)?.slice(1) ?? []);
    expect(run).toEqual(['build']);
    expect(run.filter((script) => !(script in scripts))).toEqual([]);
    expect(commands.filter((command) => !/^npm (ci( --omit=dev)?|run \S+)$/.test(command))).toEqual([]);
  });
});

describe('the gateway as it ships', () => {
  let image = '';

  /** What is in a stage where the final one copies from it. */
  const STAGED: Readonly<Record<string, (target: string) => Promise<void> | void>> = {
    // As `npm run build` does it, but into another folder: what is in dist may be in use.
    '/app/dist': async (target) => {
      const compile = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
      await promisify(execFile)(
        process.execPath,
        [...compile, '--outDir', target, '--tsBuildInfoFile', join(target, '.tsbuildinfo')],
        { cwd: ROOT },
      );
    },
    // As `npm ci --omit=dev` does it: what only development needs is not there.
    '/app/node_modules': (target) => {
      const { packages } = JSON.parse(textOf('package-lock.json')) as {
        packages: Record<string, { dev?: boolean }>;
      };
      const needed = Object.keys(packages).filter(
        (path) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && packages[path]?.dev !== true,
      );
      for (const path of needed.filter((path) => existsSync(join(ROOT, path)))) {
        const link = join(target, path.slice('node_modules/'.length));
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(join(ROOT, path), link);
      }
    },
  };

  beforeAll(async () => {
    image = mkdtempSync(join(tmpdir(), 'refold-gateway-'));
    for (const { stage, sources, target } of copiesOf(FINAL)) {
      for (const source of sources) {
        const place = join(image, target.endsWith('/') ? join(target, source) : target);
        if (stage === null) cpSync(join(ROOT, source), place, { recursive: true });
        else await STAGED[source]?.(place);
      }
    }
  }, 300_000);

  afterAll(() => {
    rmSync(image, { recursive: true, force: true });
  });

  /** What the image sets, but for the address: nobody but this machine is to reach a test. */
  const ENVIRONMENT = Object.fromEntries(
    restsOf('ENV', FINAL).flatMap((rest) => [...rest.matchAll(/(\w+)=(\S+)/g)].map(([, ...pair]) => pair)),
  ) as Record<string, string>;

  test('is started with the options that npm start has, and the docs tell', () => {
    const command = commandOf(restsOf('CMD', FINAL)[0] ?? '').join(' ');
    const { scripts } = JSON.parse(textOf('package.json')) as {
      readonly scripts: { readonly start: string };
    };
    expect(scripts.start).toContain(`exec ${command}`);
    expect(textOf('docs/running.md')).toContain(`NODE_ENV=production ${command}\n`);
  });

  test('has compiled modules, and no sources', () => {
    expect(globSync('dist/**/*.ts', { cwd: image })).toEqual([]);
    expect(globSync('dist/**/*.js', { cwd: image }).length).toBeGreaterThan(50);
  });

  /** The address in the line that says where a gateway listens. */
  async function urlIn(lines: AsyncIterable<string>): Promise<string> {
    for await (const line of lines) {
      const { url } = JSON.parse(line) as { url?: string };
      if (url !== undefined) return url;
    }
    throw new Error('It never said where it listens');
  }

  /** Starts what ships, as the image does, in front of a sandbox. */
  async function startImage(env: Readonly<Record<string, string>> = {}) {
    const sandbox = await startUpstream();
    const [program, ...args] = commandOf(restsOf('CMD', FINAL)[0] ?? '');
    expect(program).toBe('node');
    expect(ENVIRONMENT).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    const child = spawn(process.execPath, args, {
      cwd: image,
      env: { ...ENVIRONMENT, HOST: '127.0.0.1', PORT: '0', UPSTREAM_URL: sandbox.url, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const complaint = text(child.stderr);
    const exited = once(child, 'close');
    // A warning comes first: nothing in the image asks for signing in with API keys.
    const url = await Promise.race([
      urlIn(createInterface(child.stdout)),
      exited.then(async () => Promise.reject(new Error(await complaint))),
    ]);
    return { url, child, exited, complaint };
  }

  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  test('starts in production, answers a query, and ends well when told to', async () => {
    const { url, child, exited, complaint } = await startImage();

    const ask = async (query: string) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...DEMO },
        body: JSON.stringify({ query }),
      });
      return answer.json();
    };
    expect(await ask('{ executions(page: { size: 1 }) { totalCount nodes { id } } }')).toMatchObject({
      data: { executions: { totalCount: 250, nodes: [{ id: '65410cf6cdf931a12d7ab009' }] } },
    });
    // Exploration is off: these are the settings of production.
    expect(await ask('{ __schema { queryType { name } } }')).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });

    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(await complaint).toBe('');
  });

  test('has Apollo Sandbox where exploration is on, and says in place of GraphiQL how to ask without', async () => {
    const { url } = await startImage({ EXPLORATION: 'true' });
    const open = async (search: string) =>
      (await fetch(`${url}/graphql${search}`, { headers: { accept: 'text/html' } })).text();

    expect(await open('')).toContain('embeddable-sandbox');
    expect((await fetch(`${url}/graphql/explorer/sandbox.js`)).status).toBe(200);

    const page = await open('?explorer=graphiql');
    expect(page).toContain('GraphiQL is not installed here');
    expect(page).not.toContain('<script defer');
    const [, code = ''] = /<code>(curl .*?)<\/code>/s.exec(page) ?? [];
    const command = code.replace(/&#(\d+);/g, (_all, number: string) => String.fromCharCode(Number(number)));
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    expect(JSON.parse(stdout)).toMatchObject({ data: { executions: { totalCount: 250 } } });
  });
});

test.each(['127.0.0.1', '127.0.0.2', '::1', '0.0.0.0'])(
  'the image finds the gateway healthy that listens on %s',
  async (host) => {
    const { url } = await startGateway({ env: { HOST: host } });
    const [, ...args] = commandOf(restsOf('HEALTHCHECK', FINAL)[0] ?? '');
    const run = async (port: string) => {
      const child = spawn(process.execPath, args, { env: { HOST: host, PORT: port } });
      const [status] = (await once(child, 'exit')) as [number];
      return status;
    };
    expect([await run(new URL(url).port), await run('1')]).toEqual([0, 1]);
  },
);
