/**
 * The import rule: the rooms of src, and what each may import besides itself. A room is a folder's own files or, with
 * `.ts`, one file; a folder within it is a room of its own. ESLint refuses what is not allowed here, and
 * test/process/imports.test.ts refuses what is allowed and not used, and circles.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ROOMS = {
  'main.ts': ['app.ts', 'config.ts'],
  'app.ts': [
    'http',
    'graphql',
    'context.ts',
    'lineage.ts',
    'auth',
    'bulk',
    'upstream',
    'redis',
    'domain',
    'config.ts',
    'observability',
    'clock.ts',
  ],
  http: ['context.ts', 'domain', 'observability'],
  graphql: ['graphql/plugins', 'graphql/resolvers', 'context.ts', 'domain', 'observability'],
  'graphql/plugins': ['graphql', 'graphql/cost', 'context.ts', 'domain', 'observability'],
  'graphql/cost': ['lists', 'domain'],
  'graphql/resolvers': ['context.ts', 'lists', 'domain'],
  'context.ts': [
    'loaders',
    'bulk',
    'lineage.ts',
    'upstream',
    'upstream/endpoints',
    'auth',
    'domain',
    'observability',
    'clock.ts',
  ],
  'lineage.ts': ['redis', 'domain', 'clock.ts'],
  loaders: ['upstream', 'upstream/endpoints', 'lists', 'domain'],
  bulk: ['upstream', 'upstream/endpoints', 'redis', 'domain', 'clock.ts'],
  upstream: ['upstream/cache', 'upstream/rate', 'redis', 'domain', 'observability', 'clock.ts'],
  'upstream/endpoints': ['upstream', 'lists', 'domain'],
  'upstream/cache': ['upstream', 'redis', 'domain', 'observability', 'clock.ts'],
  'upstream/rate': ['upstream', 'redis', 'domain', 'observability', 'clock.ts'],
  redis: ['observability', 'clock.ts'],
  auth: ['domain', 'clock.ts'],
  lists: ['domain'],
  domain: [],
  observability: [],
  'config.ts': ['settings'],
  settings: [],
  'clock.ts': [],
};
