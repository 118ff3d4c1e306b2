import path from 'node:path';

/** A file of the page, as it is served. */
export interface PageFile {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** The page's files by their paths, such as `index.html` and `assets/index-1a2b3c.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const ROOT = path.join(import.meta.dirname, 'page');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Builds the page, into memory: that takes less than a second, and nothing that is stale can be served.
 * @throws Error that says what is wrong with its sources
 */
export async function buildPage(): Promise<PageFiles> {
  const { build } = await import('vite');
  const built = await build({
    root: ROOT,
    configFile: path.join(ROOT, 'vite.config.ts'),
    configLoader: 'native',
    build: { write: false },
  });
  if ('on' in built) throw new TypeError('The page is watched, not built');
  const files = [built].flat().flatMap(({ output }) => output);
  return new Map(
    files.map((file) => {
      const type = TYPES[path.extname(file.fileName)] ?? 'application/octet-stream';
      return [file.fileName, { type, body: file.type === 'chunk' ? file.code : file.source }];
    }),
  );
}
