import { defineConfig } from 'vite';
import { SOURCE_ALIAS } from '../../packages/run-history/source-alias.ts';

export default defineConfig({
  root: import.meta.dirname,
  // Warnings are about directives of dependencies that mean nothing here.
  logLevel: 'error',
  resolve: { alias: SOURCE_ALIAS },
  // The policy of the page allows nothing inline.
  build: { assetsInlineLimit: 0, modulePreload: false },
});
