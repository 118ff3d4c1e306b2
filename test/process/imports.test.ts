import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { ROOMS } from '../../import-rule.js';

const SRC = path.resolve(import.meta.dirname, '../../src');
const GENERATED = 'graphql/resolvers/generated.ts';

/** Files by their path within src, and what each imports: files of src by that path, packages by name. */
type Sources = ReadonlyMap<string, ts.SourceFile>;
type Graph = ReadonlyMap<string, readonly string[]>;

function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function readSources(): Sources {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Map(files.map((file) => [file, parse(file, ts.sys.readFile(path.join(SRC, file)) ?? '')]));
}

/** Every node of a file, itself included. */
function nodesOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [node];
  ts.forEachChild(node, (child) => void found.push(...nodesOf(child)));
  return found;
}

/** What a node imports, whether a value or a type: by import, export from, `import()` or `import('x').T`. */
function specifierOf(node: ts.Node): string[] {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
        ? node.arguments[0]
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : undefined;
  return named !== undefined && ts.isStringLiteral(named) ? [named.text] : [];
}

function graphOf(sources: Sources): Graph {
  return new Map(
    [...sources].map(([file, source]) => [
      file,
      nodesOf(source)
        .flatMap(specifierOf)
        .map((to) => (to.startsWith('.') ? path.posix.join(path.posix.dirname(file), to) : to)),
    ]),
  );
}

/** A circle of imports, as a path that ends where it begins; null: there is none. */
function circleIn(graph: Graph): string[] | null {
  const done = new Set<string>();
  const walk = (file: string, trail: readonly string[]): string[] | null => {
    if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const next of graph.get(file) ?? []) {
      const circle = graph.has(next) ? walk(next, [...trail, file]) : null;
      if (circle !== null) return circle;
    }
    done.add(file);
    return null;
  };
  for (const file of graph.keys()) {
    const circle = walk(file, []);
    if (circle !== null) return circle;
  }
  return null;
}

/** The room that a file belongs to: itself, or the folder that it is in. */
function roomOf(file: string): string {
  return file.includes('/') ? path.posix.dirname(file) : file;
}

type Rooms = Readonly<Record<string, readonly string[]>>;

/** Every import from one room into another, as `room -> other`, with a file that has it. */
function crossings(graph: Graph): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, imports] of graph) {
    for (const to of imports.filter((one) => graph.has(one))) {
      if (roomOf(to) !== roomOf(file)) found.set(`${roomOf(file)} -> ${roomOf(to)}`, `${file} -> ${to}`);
    }
  }
  return found;
}

function allowancesOf(rooms: Rooms): string[] {
  return Object.entries(rooms).flatMap(([room, allowed]) => allowed.map((other) => `${room} -> ${other}`));
}

const refusedIn = (graph: Graph, rooms: Rooms) =>
  [...crossings(graph)].filter(([crossing]) => !allowancesOf(rooms).includes(crossing)).map(([, one]) => one);
const unusedIn = (graph: Graph, rooms: Rooms) =>
  allowancesOf(rooms).filter((allowance) => !crossings(graph).has(allowance));
const homelessIn = (graph: Graph, rooms: Rooms) =>
  [...graph.keys()].filter((file) => !(roomOf(file) in rooms));
const emptyIn = (graph: Graph, rooms: Rooms) => {
  const lived = new Set([...graph.keys()].map(roomOf));
  return Object.keys(rooms).filter((room) => !lived.has(room));
};
const missingIn = (graph: Graph) =>
  [...graph].flatMap(([file, imports]) =>
    imports.filter((to) => to.endsWith('.ts') && !graph.has(to)).map((to) => `${file} -> ${to}`),
  );
const importersOf = (graph: Graph, wanted: string) =>
  [...graph].filter(([, imports]) => imports.includes(wanted)).map(([file]) => file);

/** Where a property of that name is read, a file once for each place; of that object, where one is named. */
function readersOf(sources: Sources, property: string, object?: string): string[] {
  return [...sources].flatMap(([file, source]) =>
    nodesOf(source)
      .filter((node) => ts.isPropertyAccessExpression(node))
      .filter((node) => node.name.text === property)
      .filter((node) => object === undefined || node.expression.getText() === object)
      .map(() => file),
  );
}

const sources = readSources();
const graph = graphOf(sources);

describe('the sources', () => {
  test('are all read, and so is every file that they import', () => {
    expect(graph.size).toBeGreaterThan(60);
    expect(missingIn(graph)).toEqual([]);
  });

  test('have no circle of imports, of types neither', () => {
    expect(circleIn(graph)).toBeNull();
  });

  test('obey the import rule', () => {
    expect(refusedIn(graph, ROOMS)).toEqual([]);
  });

  test('use every allowance of it', () => {
    expect(unusedIn(graph, ROOMS)).toEqual([]);
  });

  test('all belong to a room, and no room is empty', () => {
    expect(homelessIn(graph, ROOMS)).toEqual([]);
    expect(emptyIn(graph, ROOMS)).toEqual([]);
  });

  test('read the environment in main.ts alone', () => {
    expect(readersOf(sources, 'env', 'process')).toEqual(['main.ts']);
  });

  test('know got in upstream/attempt.ts alone', () => {
    expect(importersOf(graph, 'got')).toEqual(['upstream/attempt.ts']);
  });

  test('reveal a credential in upstream/attempt.ts alone, a token and a key', () => {
    expect(readersOf(sources, 'reveal')).toEqual(['upstream/attempt.ts', 'upstream/attempt.ts']);
  });

  test('know the generated types among the resolvers alone', () => {
    const strangers = importersOf(graph, GENERATED).filter((file) => roomOf(file) !== roomOf(GENERATED));
    expect(strangers).toEqual([]);
    expect(importersOf(graph, GENERATED)).not.toEqual([]);
  });
});

describe('each of these is found out:', () => {
  const invented = new Map(
    Object.entries({
      'main.ts': "import './app.ts'; const from = process.env;",
      'app.ts': "import type { A } from './domain/a.ts'; const all = process.env; credential.token.reveal();",
      'domain/a.ts': "export type { B } from './b.ts';",
      'domain/b.ts': "type C = import('./c.ts').C; const got = import('got');",
      'domain/c.ts': "import { type A } from './a.ts'; import '../lost.ts';",
    }).map(([file, text]) => [file, parse(file, text)]),
  );
  const wrong = graphOf(invented);

  test('a circle of types', () => {
    expect(circleIn(wrong)).toEqual(['domain/a.ts', 'domain/b.ts', 'domain/c.ts', 'domain/a.ts']);
  });

  test('an import that no rule allows, and one that is allowed and not there', () => {
    const rooms = { 'main.ts': ['app.ts', 'domain'], 'app.ts': [], domain: [] };
    expect(refusedIn(wrong, rooms)).toEqual(['app.ts -> domain/a.ts']);
    expect(unusedIn(wrong, rooms)).toEqual(['main.ts -> domain']);
  });

  test('a file without a room, and a room without a file', () => {
    expect(homelessIn(wrong, { 'main.ts': [], 'app.ts': [], attic: [] })).toEqual([
      'domain/a.ts',
      'domain/b.ts',
      'domain/c.ts',
    ]);
    expect(emptyIn(wrong, { 'main.ts': [], attic: [] })).toEqual(['attic']);
  });

  test('an import of a file that is not there', () => {
    expect(missingIn(wrong)).toEqual(['domain/c.ts -> lost.ts']);
  });

  test('who else imports, reads or reveals', () => {
    expect(importersOf(wrong, 'got')).toEqual(['domain/b.ts']);
    expect(readersOf(invented, 'env', 'process')).toEqual(['main.ts', 'app.ts']);
    expect(readersOf(invented, 'reveal')).toEqual(['app.ts']);
  });
});
