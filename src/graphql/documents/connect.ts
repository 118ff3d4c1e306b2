import { createDocuments, type DocumentModes, type Documents } from './documents.ts';
import { createRegistered, type RegisteredOptions } from './registered.ts';
import { readTrusted, type TrustedDocuments, type TrustedOptions } from './trusted.ts';

/** What documents are made from; see `settings/documents.ts`. */
export interface ConnectOptions
  extends Pick<TrustedOptions, 'schema' | 'introspection'>, Omit<RegisteredOptions, 'maxBytes'> {
  readonly modes: DocumentModes;
  readonly files: readonly string[];
  readonly maxRegisteredBytes: number | null;
}

/** Documents that can be settled, and all that is wrong with the manifests, a line a mistake. */
export interface ConnectedDocuments {
  readonly trusted: TrustedDocuments;
  readonly documents: Documents;
  readonly mistakes: readonly string[];
}

/** Reads the manifests, and connects what settles documents. */
export function connectDocuments(options: ConnectOptions): ConnectedDocuments {
  const { modes, maxRegisteredBytes: maxBytes, limits } = options;
  const { trusted, mistakes } = readTrusted({ ...options, maxTokens: limits.maxTokens });
  const registered = maxBytes === null ? null : createRegistered({ ...options, maxBytes });
  return { trusted, documents: createDocuments({ modes, trusted, registered }), mistakes };
}
