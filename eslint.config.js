import eslint from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import jest from 'eslint-plugin-jest';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { ROOMS } from './import-rule.js';

/** The files of a room, without those of the rooms within it, as a pattern: names and patterns do not mix. */
const filesOf = (room) => (room.endsWith('.ts') ? `./src/+(${room})` : `./src/${room}/*.ts`);

const roomZones = Object.entries(ROOMS).map(([room, allowed]) => ({
  target: filesOf(room),
  from: Object.keys(ROOMS)
    .filter((other) => other !== room && !allowed.includes(other))
    .map(filesOf),
  message: `Imports point one way: ${room} may import ${['itself', ...allowed].join(', ')}. See ARCHITECTURE.md.`,
}));

const programZones = [
  {
    target: './src',
    from: ['./sandbox', './demo', './test', './packages'],
    message: 'The gateway knows no other program.',
  },
  {
    target: './sandbox',
    from: ['./src', './demo', './test', './packages'],
    message: 'The sandbox knows no other program.',
  },
  {
    target: './packages',
    from: ['./src', './sandbox', './demo', './test'],
    message: 'The package knows no program.',
  },
];

/** The layers of the run history, from the lowest; each may import those before it. */
const LAYERS = ['documents', 'core', 'hooks', 'parts', 'page', 'element'];
const layerZones = LAYERS.slice(0, -1).map((layer, index) => ({
  target: `./packages/run-history/src/${layer}`,
  from: LAYERS.slice(index + 1).map((above) => `./packages/run-history/src/${above}`),
  message: `Layers point one way: ${layer} may import ${LAYERS.slice(0, index + 1).join(', ')}. See ARCHITECTURE.md.`,
}));

export default defineConfig(
  // Examples are whole products, with compilers of their own.
  { ignores: ['**/dist', 'coverage', '**/generated.ts', 'examples/*/**'] },
  {
    files: ['**/*.{ts,tsx,js}'],
    extends: [
      eslint.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts', '.tsx'] },
    },
    rules: {
      // What is installed imports nothing of this repository.
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-restricted-paths': ['error', { zones: [...roomZones, ...programZones, ...layerZones] }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      eqeqeq: ['error', 'smart'],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only main.ts hands the environment over, to loadConfig.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { name: 'got', message: 'upstream/attempt.ts is the only way upstream.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'AssignmentExpression[left.type="MemberExpression"]:matches([right.type="ArrowFunctionExpression"], [right.type="FunctionExpression"])',
          message: 'V8 makes it in the old generation: see docs/decisions/2026-11-26-nothing-grows-old.md.',
        },
      ],
    },
  },
  {
    files: ['**/*.tsx', 'packages/**/*.ts'],
    extends: [hooks.configs.flat.recommended],
    rules: { '@typescript-eslint/no-empty-function': 'off' },
  },
  {
    // Words say numbers as they are.
    files: ['packages/*/src/parts/messages/**'],
    rules: { '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }] },
  },
  { files: ['src/main.ts'], rules: { 'no-console': 'off', 'no-restricted-properties': 'off' } },
  { files: ['src/upstream/attempt.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    // What a tool loads has to export what the tool wants.
    files: ['*.config.js', '**/*.d.ts', '**/vite.config.ts', 'codegen.ts', 'test/support/*.js'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['*.js', 'bench/peers/servers/*.js', 'explorer/*.js', 'test/support/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    // What browsers load as it is.
    files: ['explorer/*.js'],
    languageOptions: {
      sourceType: 'script',
      globals: Object.fromEntries(
        [
          ...['CloseEvent', 'addEventListener', 'clearTimeout', 'document', 'fetch', 'location', 'navigator'],
          ...['removeEventListener', 'self', 'sessionStorage', 'setTimeout', 'window'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    settings: { jest: { globalPackage: '@jest/globals' } },
    rules: {
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*'] }],
      'jest/valid-expect': 'error',
      'jest/no-conditional-expect': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-focused-tests': 'error',
    },
  },
  // A row is a test, though it does not look like one.
  { files: ['test/faults/rows/*.ts'], rules: { 'jest/no-standalone-expect': 'off' } },
  {
    files: ['schema/*.graphql', 'schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/*.graphql' } },
    },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
      '@graphql-eslint/strict-id-in-types': 'off',
      '@graphql-eslint/description-style': 'off',
    },
  },
  {
    files: ['packages/*/src/documents/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: {
        graphQLConfig: { schema: 'schema/*.graphql', documents: 'packages/*/src/documents/*.graphql' },
      },
    },
    rules: {
      ...graphql.configs['flat/operations-recommended'].rules,
      // Not every part of an answer is a thing of its own.
      '@graphql-eslint/require-selections': 'off',
    },
  },
);
