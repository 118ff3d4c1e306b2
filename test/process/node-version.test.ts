import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');

test('everything names the same major version of Node', () => {
  const manifest = JSON.parse(textOf('package.json')) as {
    engines: { node: string };
    devDependencies: Record<string, string>;
  };
  const { node, '@types/node': types } = manifest.devDependencies;
  const versions = [manifest.engines.node, node, types].map((version) => /\d+/.exec(version ?? '')?.[0]);
  expect(new Set(versions)).toEqual(new Set(['24']));
});

test('the image has the very Node that the project brings', () => {
  const { devDependencies } = JSON.parse(textOf('package.json')) as { devDependencies: { node: string } };
  const images = [...textOf('Dockerfile').matchAll(/^FROM (\S+:.+?) AS/gm)].map(([, image]) => image);
  expect(images).toEqual([`node:${devDependencies.node}-slim\${NODE_DIGEST:+@\${NODE_DIGEST}}`]);
});

describe('the check before the scripts', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'refold-gateway-'));
    cpSync(join(ROOT, 'check-node.js'), join(folder, 'check-node.js'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** What it says to a project that needs this version of Node. */
  function checkFor(engine: string) {
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ type: 'module', engines: { node: engine } }),
    );
    const { status, stderr } = spawnSync(process.execPath, ['check-node.js'], {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, complaint: stderr };
  }

  test('lets a Node run that is new enough', () => {
    expect(checkFor('>=24')).toEqual({ status: 0, complaint: '' });
  });

  test('says what to do where Node is too old', () => {
    expect(checkFor('>=1000')).toEqual({
      status: 1,
      complaint: expect.stringContaining(
        'Run "npm ci --include=dev --ignore-scripts=false", or install Node 1000.',
      ),
    });
  });
});
