import { defineConfig, type BuildEnvironmentOptions } from 'vite';
import manifest from './package.json' with { type: 'json' };

// What is published is built for production, whoever builds it: a test runner says `test`.
process.env['NODE_ENV'] = 'production';

/** What a host installs beside it. */
const OUTSIDE = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];

/** For bundlers: a file for each entry, and what they share. The host's own build makes it small. */
const modules: BuildEnvironmentOptions = {
  lib: {
    entry: {
      index: 'src/index.ts',
      core: 'src/core.ts',
      'documents/generated': 'src/documents/generated.ts',
      hooks: 'src/hooks.ts',
      parts: 'src/parts.ts',
      element: 'src/element.ts',
      apollo: 'src/apollo.ts',
      urql: 'src/urql.ts',
    },
    formats: ['es'],
  },
  minify: false,
  rolldownOptions: {
    external: (id) => OUTSIDE.some((name) => id === name || id.startsWith(`${name}/`)),
    output: { chunkFileNames: 'shared/[name].js' },
  },
};

/** For a `<script type="module">`: the element with all that it needs. */
const standalone: BuildEnvironmentOptions = {
  outDir: 'dist/element',
  rolldownOptions: {
    input: { 'refold-run-history': 'src/element.ts' },
    preserveEntrySignatures: 'strict',
    output: { entryFileNames: '[name].js', codeSplitting: false },
  },
};

/** For those who render it outside of a shadow root. */
const styles: BuildEnvironmentOptions = {
  rolldownOptions: { input: 'src/page/styles/index.css', output: { assetFileNames: 'styles.css' } },
};

/** `vite build` for the modules, then `--mode standalone`, then `--mode styles`. */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  logLevel: 'error',
  ...(mode === 'standalone' && { define: { 'process.env.NODE_ENV': '"production"' } }),
  build: {
    target: 'es2022',
    // What is lowered for older browsers could not inherit a `color-scheme`.
    cssTarget: 'esnext',
    emptyOutDir: mode === 'production',
    ...(mode === 'standalone' ? standalone : mode === 'styles' ? styles : modules),
  },
}));
