import { defineConfig } from 'vite';
import { SOURCE_ALIAS, SOURCE_CSS_TARGET } from '../../packages/run-history/source-alias.ts';

export default defineConfig({
  root: import.meta.dirname,
  // Warnings are about directives of dependencies that mean nothing here.
  logLevel: 'error',
  resolve: { alias: SOURCE_ALIAS },
  // The policy of the page allows nothing inline.
  build: { cssTarget: SOURCE_CSS_TARGET, assetsInlineLimit: 0, modulePreload: false },
});
