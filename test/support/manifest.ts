import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { emptyFolder } from './empty-folder.ts';

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The id of a document as the GraphQL-over-HTTP draft has it. */
export function documentIdOf(text: string): string {
  return `sha256:${sha256Of(text)}`;
}

/** `extensions` with the id of a document as Apollo's clients send it. */
export function persistedQueryOf(text: string) {
  return { persistedQuery: { version: 1, sha256Hash: sha256Of(text) } };
}

/** Writes a file; answers where it is. */
export async function writeManifest(content: unknown, name = 'manifest.json'): Promise<string> {
  const file = path.join(await emptyFolder('manifest'), name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

/** A manifest of these documents, by their ids. */
export function manifestOf(...texts: readonly string[]): Promise<string> {
  return writeManifest(Object.fromEntries(texts.map((text) => [documentIdOf(text), text])));
}

/** The settings of a gateway that trusts these documents alone, unless told otherwise. */
export async function trusting(
  texts: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  return { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILES: await manifestOf(...texts), ...env };
}
