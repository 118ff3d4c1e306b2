/** Tells the parent of a process, when it asks, what was loaded besides the process's own files. */
import { registerHooks } from 'node:module';
import process from 'node:process';

const loaded = new Set();
registerHooks({
  resolve: (specifier, context, nextResolve) => {
    loaded.add(specifier);
    return nextResolve(specifier, context);
  },
});
process.on('message', () => process.send?.([...loaded]));
