import path from 'node:path';

const SOURCE = path.join(import.meta.dirname, 'src');

/** For Vite's `resolve.alias`: the package from its sources, for those in this repository who are built with it. */
export const SOURCE_ALIAS = [
  { find: /^@refold-gateway\/run-history$/, replacement: path.join(SOURCE, 'index.ts') },
  {
    find: /^@refold-gateway\/run-history\/styles\.css$/,
    replacement: path.join(SOURCE, 'page/styles/index.css'),
  },
  { find: /^@refold-gateway\/run-history\/(.+)$/, replacement: path.join(SOURCE, '$1.ts') },
];

/** For Vite's `build.cssTarget`: older browsers' `light-dark()` would need a `color-scheme` that the page inherits. */
export const SOURCE_CSS_TARGET = 'esnext';
