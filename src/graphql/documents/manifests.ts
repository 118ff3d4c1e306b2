import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** A document as a manifest has it. */
export interface ManifestEntry {
  readonly file: string;
  readonly id: string;
  readonly text: string;
}

/** What manifests hold, and what is wrong with them, a line a mistake. */
export interface Manifests {
  readonly entries: readonly ManifestEntry[];
  readonly mistakes: readonly string[];
}

/**
 * Reads manifests: those of GraphQL Code Generator and of Relay, which are objects of documents by their ids, and those of
 * Apollo's generator.
 * @param paths files, and folders of which each file that ends in `.json` is read
 */
export function readManifests(paths: readonly string[]): Manifests {
  const entries: ManifestEntry[] = [];
  const mistakes: string[] = [];
  for (const file of paths.flatMap((one) => filesAt(one, mistakes))) {
    const found = readManifest(file);
    if (typeof found === 'string') mistakes.push(`${file} ${found}`);
    else entries.push(...found);
  }
  return { entries, mistakes };
}

function filesAt(place: string, mistakes: string[]): string[] {
  try {
    if (!statSync(place).isDirectory()) return [place];
    const names = readdirSync(place).filter((name) => name.endsWith('.json'));
    if (names.length === 0) mistakes.push(`${place} has no file that ends in .json`);
    return names.sort().map((name) => path.join(place, name));
  } catch {
    mistakes.push(`${place} cannot be read`);
    return [];
  }
}

/** What a file holds, or what is wrong with it. */
function readManifest(file: string): ManifestEntry[] | string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return 'cannot be read';
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is not JSON';
  }
  const documents = isRecord(value) ? (documentsOfApollo(value) ?? documentsById(value)) : null;
  if (documents === null) return NO_MANIFEST;
  if (documents.length === 0) return 'has no documents';
  return documents.map(([id, document]) => ({ file, id, text: document }));
}

const NO_MANIFEST =
  'is no manifest: neither an object of documents by their ids, nor an apollo-persisted-query-manifest of version 1';

type Named = readonly [id: string, text: string];

/** Null: it is another kind of manifest. */
function documentsOfApollo({ format, version, operations }: Record<string, unknown>): Named[] | null {
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations))
    return null;
  const named = operations.flatMap((one: unknown): Named[] => {
    const { id, body } = isRecord(one) ? one : {};
    return typeof id === 'string' && typeof body === 'string' ? [[id, body]] : [];
  });
  return named.length === operations.length ? named : null;
}

function documentsById(value: Record<string, unknown>): Named[] | null {
  const named = Object.entries(value);
  return named.every((one): one is [string, string] => typeof one[1] === 'string') ? named : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
