import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Checks texts as if they were modules of this repository's pages, unless told otherwise.
 * @param texts by names such as `first.tsx`
 * @returns what the compiler complains of, with the name in front
 */
export function complaintsOf(
  texts: Readonly<Record<string, string>>,
  options: ts.CompilerOptions = optionsOfPages(),
): string[] {
  const files = new Map(Object.entries(texts).map(([name, text]) => [path.join(ROOT, name), text]));
  const own = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...own,
    fileExists: (file) => files.has(file) || own.fileExists(file),
    readFile: (file) => files.get(file) ?? own.readFile(file),
    // With `version` comes what kind of module it is: types of packages differ between kinds.
    getSourceFile: (file, version, ...rest) => {
      const text = files.get(file);
      return text === undefined
        ? own.getSourceFile(file, version, ...rest)
        : ts.createSourceFile(file, text, version, true);
    },
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

function optionsOfPages(): ts.CompilerOptions {
  const file = path.join(ROOT, 'tsconfig.pages.json');
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { readonly config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // Strict as most products are, and no stricter.
  return { ...options, types: ['vite/client'], exactOptionalPropertyTypes: false };
}
