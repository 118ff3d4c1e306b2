import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { commandOf, copiesOf, FINAL, restsOf } from '../support/dockerfile.ts';
import { DEMO, startUpstream, stopAll } from '../support/gateway.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

afterEach(stopAll);

describe('the gateway as it ships', () => {
  let image = '';

  /** What is in a stage where the final one copies from it. */
  const STAGED: Readonly<Record<string, (target: string) => Promise<void> | void>> = {
    // As `npm run build` does it, but in another folder: what is in dist may be in use.
    '/app/dist': async (target) => {
      const folder = join(image, 'build');
      for (const name of ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json']) {
        cpSync(join(ROOT, name), join(folder, name), { recursive: true });
      }
      symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
      const compile = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'];
      await promisify(execFile)(process.execPath, compile, { cwd: folder });
      cpSync(join(folder, 'dist'), target, { recursive: true });
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
    const [shebang = ''] = textOf('src/main.ts').split('\n', 1);
    expect(`${shebang} dist/main.js`).toBe(`#!/usr/bin/env -S ${command}`);
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
  function startImage(env: Readonly<Record<string, string>> = {}) {
    const [program, ...args] = commandOf(restsOf('CMD', FINAL)[0] ?? '');
    expect(program).toBe('node');
    expect(ENVIRONMENT).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' });
    return startProgram(process.execPath, args, image, { ...ENVIRONMENT, ...env });
  }

  /** Starts a gateway in a folder, in front of a sandbox, with nothing but this environment. */
  async function startProgram(
    program: string,
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
  ) {
    const sandbox = await startUpstream();
    const child = spawn(program, args, {
      cwd,
      env: { ...env, HOST: '127.0.0.1', PORT: '0', UPSTREAM_URL: sandbox.url },
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

  const ask = async (url: string, query: string): Promise<unknown> => {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...DEMO },
      body: JSON.stringify({ query }),
    });
    return answer.json();
  };
  const NEWEST = '{ executions(page: { size: 1 }) { totalCount nodes { id } } }';
  const IS_THERE = { data: { executions: { totalCount: 250, nodes: [{ id: '65410cf6cdf931a12d7ab009' }] } } };

  test('starts in production, answers a query, and ends well when told to', async () => {
    const { url, child, exited, complaint } = await startImage();

    expect(await ask(url, NEWEST)).toMatchObject(IS_THERE);
    // Exploration is off: these are the settings of production.
    expect(await ask(url, '{ __schema { queryType { name } } }')).toMatchObject({
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

  describe('as a package', () => {
    let tarball = '';
    let installed = '';
    let paths: string[] = [];

    // As `npm pack` does it, but for what has been compiled above; then as npm installs it, in an empty folder.
    beforeAll(async () => {
      const folder = join(image, 'package');
      for (const name of [...namedInManifest(), 'package.json', 'LICENSE', 'README.md', 'sbom.js']) {
        cpSync(join(ROOT, name), join(folder, name), { recursive: true });
      }
      cpSync(join(image, 'dist'), join(folder, 'dist'), { recursive: true });
      const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', image];
      const { stdout } = await promisify(execFile)('npm', args, { cwd: folder });
      const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
      tarball = join(image, packed?.filename ?? '');
      paths = (packed?.files ?? []).map(({ path }) => path);
      const modules = join(image, 'empty/node_modules');
      mkdirSync(modules, { recursive: true });
      await promisify(execFile)('tar', ['-xzf', tarball, '-C', modules]);
      installed = join(modules, 'package');
      await STAGED['/app/node_modules']?.(modules);
    });

    /** What the manifest names, but for what is compiled. */
    function namedInManifest(): string[] {
      return (JSON.parse(textOf('package.json')) as { files: string[] }).files.filter(
        (name) => !name.startsWith('dist/'),
      );
    }

    test('has what it needs, and nothing else', () => {
      const allowed =
        /^(?:LICENSE|README\.md|CHANGELOG\.md|package\.json|(?:schema|subgraph)\.graphql|schema\/(?:federation\/)?\w+\.graphql|explorer\/\w+\.(?:js|css)|dist\/[\w/-]+\.js(?:\.map)?)$/;
      expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
      expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'dist/main.js', 'schema/root.graphql']));
      expect(statSync(tarball).size).toBeLessThan(700_000);
    });

    test('says nothing of the machine that made it, and has no sources within its maps', () => {
      for (const path of paths) {
        const content = readFileSync(join(installed, path), 'utf8');
        for (const place of [ROOT, tmpdir(), 'sourcesContent'])
          expect([path, content.includes(place)]).toEqual([path, false]);
      }
    });

    test('says on a Node that is too old which one it needs, and does nothing else', async () => {
      const code = `Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })`;
      const args = ['--import', `data:text/javascript,${code}`, join(installed, 'dist/main.js')];
      // As it is, it would complain of that.
      const env = { PORT: 'none' };
      const running = promisify(execFile)(process.execPath, args, { env });
      await expect(running).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: 'refold-gateway needs Node.js 24 or later, and this is 20.20.2\n',
      });
    });

    test('starts by its command, where it is installed, and answers', async () => {
      const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
        bin: Record<string, string>;
      };
      const program = join(installed, bin['refold-gateway'] ?? '');
      // As npm does it.
      chmodSync(program, 0o755);
      const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
      const { url, child, exited } = await startProgram(program, [], dirname(dirname(installed)), {
        PATH: path,
      });

      expect(await ask(url, NEWEST)).toMatchObject(IS_THERE);

      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    });
  });
});
