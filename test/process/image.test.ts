import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { commandOf, copiesOf, FINAL, restsOf } from '../support/dockerfile.ts';
import { startGateway, stopAll } from '../support/gateway.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

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
