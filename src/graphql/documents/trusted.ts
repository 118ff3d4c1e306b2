import {
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { Recent } from '../../domain/recent.ts';
import { claimsSha256, sha256In, sha256Of } from './document-id.ts';
import { readManifests, type ManifestEntry } from './manifests.ts';
import { normalFormOf } from './normal-form.ts';

/** The documents that the operator vouches for. */
export interface TrustedDocuments {
  /** The text of one, by its id in a manifest or by its SHA-256, with the prefix `sha256:` or without; null: none. */
  byId(id: string): string | null;
  /**
   * Whether a text is one of them, or differs from one by how it is written, the order of its parts and plain `__typename`
   * fields alone.
   * @param sha256 of the text
   */
  recognises(text: string, sha256: string): boolean;
  /** One of them as it is executed, by its SHA-256: it was found to be valid at the start. Null: there is none. */
  parsed(sha256: string): DocumentNode | null;
}

/** How trusted documents are read. */
export interface TrustedOptions {
  /** Manifests, and folders of them. */
  readonly files: readonly string[];
  readonly schema: GraphQLSchema;
  /** Whether they may ask for the schema. */
  readonly introspection: boolean;
  /** The most tokens of a text that is looked at. */
  readonly maxTokens: number;
}

/** What manifests hold, or all that is wrong with them, a line a mistake. */
export interface ReadTrusted {
  readonly trusted: TrustedDocuments;
  readonly mistakes: readonly string[];
}

const MAX_ID_LENGTH = 512;
/** So much of an id is repeated in a mistake. */
const SHOWN_ID_LENGTH = 80;
/** So many texts are remembered by whether they are known: a document costs some microseconds to look at. */
const MAX_VERDICTS = 10_000;

/** Reads the documents of manifests and checks them against the schema: each of them can run. */
export function readTrusted({ files, schema, introspection, maxTokens }: TrustedOptions): ReadTrusted {
  const { entries, mistakes: unread } = readManifests(files);
  const mistakes = [...unread];
  const byId = new Map<string, string>();
  const bySha256 = new Map<string, string>();
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  for (const entry of entries) {
    const { file, id, text } = entry;
    const key = sha256In(id) ?? id;
    const sha256 = sha256Of(text);
    const before = byId.get(key);
    // The same document by the same id, from another release, is checked once.
    if (before === text) continue;
    const mistake =
      before === undefined
        ? (mistakeInId(entry, sha256) ?? (bySha256.has(sha256) ? null : mistakeIn(text, schema, rules)))
        : 'is there twice, with different documents';
    if (mistake !== null) mistakes.push(`${file} ${JSON.stringify(id.slice(0, SHOWN_ID_LENGTH))} ${mistake}`);
    byId.set(key, before ?? text);
    bySha256.set(sha256, text);
  }
  return { trusted: createTrusted(byId, bySha256, maxTokens), mistakes };
}

function mistakeInId({ id }: ManifestEntry, sha256: string): string | null {
  if (id === '' || id.length > MAX_ID_LENGTH) return `must have 1 to ${String(MAX_ID_LENGTH)} characters`;
  return claimsSha256(id) && sha256In(id) !== sha256 ? 'is not the SHA-256 of its document' : null;
}

function mistakeIn(text: string, schema: GraphQLSchema, rules: typeof specifiedRules): string | null {
  try {
    const document = parse(text, { noLocation: true });
    if (document.definitions.every(({ kind }) => kind !== Kind.OPERATION_DEFINITION))
      return 'has no operation';
    const [error] = validate(schema, document, rules, { maxErrors: 1 });
    return error === undefined ? null : `does not fit the schema: ${error.message}`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : 'it is no GraphQL'}`;
  }
}

function createTrusted(
  byId: ReadonlyMap<string, string>,
  bySha256: ReadonlyMap<string, string>,
  maxTokens: number,
): TrustedDocuments {
  const normal = new Set([...bySha256.values()].map((text) => normalFormOf(text, Infinity)));
  const verdicts = new Recent<boolean>(MAX_VERDICTS);
  const parsed = new Map<string, DocumentNode>();
  const looksKnown = (text: string) => {
    const form = normalFormOf(text, maxTokens);
    return form !== null && normal.has(form);
  };
  return {
    byId: (id) => {
      const sha256 = sha256In(id);
      return (sha256 === null ? byId.get(id) : bySha256.get(sha256)) ?? null;
    },
    recognises: (text, sha256) => {
      if (bySha256.has(sha256)) return true;
      if (normal.size === 0) return false;
      const known = verdicts.get(sha256) ?? looksKnown(text);
      verdicts.set(sha256, known);
      return known;
    },
    parsed: (sha256) => {
      const known = parsed.get(sha256);
      if (known !== undefined) return known;
      const text = bySha256.get(sha256);
      if (text === undefined) return null;
      const document = parse(text);
      parsed.set(sha256, document);
      return document;
    },
  };
}
