import path from 'node:path';
import { defineConfig, mergeConfig } from 'vite';
import host from '../host/vite.config.ts';

const installed = path.join(process.env['REACT_FOLDER'] ?? '', 'node_modules');

/** The host of the other tests, with everything that asks for React given the one of `REACT_FOLDER`. */
export default defineConfig(
  mergeConfig(host, {
    resolve: { alias: [{ find: /^(react|react-dom)(?=\/|$)/, replacement: path.join(installed, '$1') }] },
  }),
);
