import { defineConfig } from 'vite';
import { SOURCE_ALIAS, SOURCE_CSS_TARGET } from '../../../packages/run-history/source-alias.ts';

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  resolve: { alias: SOURCE_ALIAS },
  build: { cssTarget: SOURCE_CSS_TARGET, emptyOutDir: true },
});
