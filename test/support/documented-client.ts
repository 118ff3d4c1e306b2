import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createWatchers } from './eventually.ts';

const ROOT = join(import.meta.dirname, '../..');

/** The blocks of a page in a language, such as `js`. */
export function blocksIn(language: string, page = 'docs/live.md'): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(
    ([, block]) => block ?? '',
  );
}

/** Whether it is what examples begin with, and no example. */
export function isShared(block: string): boolean {
  return !block.startsWith('import ');
}

/** A program that runs. */
export interface Program {
  /** Resolves once it has printed this as a line. */
  untilPrinted(line: string): Promise<void>;
  /** Resolves once something like this is in all that it has printed. */
  untilPrintedLike(pattern: RegExp): Promise<void>;
  /** All that it has printed. */
  printed(): string;
  stop(): Promise<void>;
}

/** What the documentation has for an example, and for this gateway and this server of tokens. */
export function programOf(example: string, gateway: string, tokens: string): string {
  return [...blocksIn('js').filter(isShared), example]
    .join('\n')
    .replaceAll('https://gateway.example.com', gateway)
    .replaceAll('https://shop.example.com', tokens);
}

/** Runs a program as a process of its own, beside the packages of this one, with nothing but this environment. */
export function runProgram(text: string, env: Readonly<Record<string, string>> = {}): Program {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const exited = once(child, 'close');
  const watchers = createWatchers();
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      printed += data.toString();
      watchers.notify();
    });
  }
  const until = (what: string, isPrinted: () => boolean) =>
    watchers.until(() => `${what} of a program, which has printed ${printed}`, isPrinted);
  return {
    untilPrinted: (line) => until(`the line ${line}`, () => printed.split('\n').includes(line)),
    untilPrintedLike: (pattern) => until(`a line like ${String(pattern)}`, () => pattern.test(printed)),
    printed: () => printed,
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
