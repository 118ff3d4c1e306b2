import { defineConfig } from 'vite';
import { SOURCE_ALIAS } from '../../../packages/run-history/source-alias.ts';

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  resolve: { alias: SOURCE_ALIAS },
  build: { emptyOutDir: true },
});
