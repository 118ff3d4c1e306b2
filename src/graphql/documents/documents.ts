import { GraphQLError } from 'graphql';
import type { Credential } from '../../domain/credential.ts';
import type { SettledDocument } from '../../domain/document.ts';
import type { DocumentOutcome } from '../../observability/outcome.ts';
import {
  readDocumentId,
  readPersistedQuery,
  sha256Of,
  shownIdOf,
  type AskedDocument,
  type DocumentId,
} from './document-id.ts';
import { notFound, notSupported, refused, unknownDocument } from './refusals.ts';
import type { RegisteredDocuments } from './registered.ts';
import type { TrustedDocuments } from './trusted.ts';

/** What the list of trusted documents is for; see `settings/documents.ts`. */
export type DocumentMode = 'off' | 'log' | 'prefer' | 'only';

/** The mode of each way of signing in. */
export type DocumentModes = Readonly<Record<Credential['kind'] | 'ANONYMOUS', DocumentMode>>;

/** What is settled of a request's document. */
export interface Settlement {
  /** An error refuses the request. */
  readonly document: SettledDocument | GraphQLError;
  /** The SHA-256 to register it by, once it is found to be valid; null: it is not to be registered. */
  readonly registerAs: string | null;
  /** Null: nobody wants to know. */
  readonly told: { readonly outcome: DocumentOutcome; readonly id: string | null } | null;
}

/** Who asks, or null for who has not signed in. */
export type Asker = Pick<Credential, 'kind' | 'identity'> | null;

/** What tells which document a request asks for, and whether it may run. One for all transports. */
export interface Documents {
  /** Null: there is nothing to settle, and the request is what it says. */
  settle(asked: AskedDocument, asker: Asker): Settlement | Promise<Settlement> | null;
  /** Registers a document that is valid. */
  register(sha256: string, text: string, asker: Asker): void;
  /** Tells other replicas of it, once Refold has answered what it asks: before, nobody knows who the asker is. */
  share(sha256: string, text: string, asker: Asker): void;
  /** The text that a request will run, as far as that is known without waiting; empty: it is not. */
  textOf(asked: AskedDocument): string;
}

/** What documents are settled with. */
export interface DocumentsOptions {
  readonly modes: DocumentModes;
  readonly trusted: TrustedDocuments;
  /** Null: clients cannot register any. */
  readonly registered: RegisteredDocuments | null;
}

/** A way of signing in, and what holds for it. */
interface Rules {
  readonly mode: DocumentMode;
  readonly owner: string;
  /** Null: documents cannot be registered by these. */
  readonly registered: RegisteredDocuments | null;
}

/** Builds what settles documents. */
export function createDocuments({ modes, trusted, registered }: DocumentsOptions): Documents {
  const rulesFor = (asker: Asker): Rules => {
    const mode = modes[asker?.kind ?? 'ANONYMOUS'];
    return { mode, owner: ownerOf(asker), registered: mode === 'only' ? null : registered };
  };

  const settleText = (text: string, sha256: string, { mode }: Rules): Settlement => {
    const isTrusted = mode !== 'off' && trusted.recognises(text, sha256);
    if (isTrusted) return trustedOf(text, sha256, mode);
    const id = shownIdOf(sha256);
    if (mode === 'only') return refusalOf(unknownDocument(), 'refused', id);
    return {
      document: { text, standing: 'unknown', isPreferred: false },
      registerAs: null,
      told: { outcome: 'unknown', id },
    };
  };

  /** A text that comes with an id has to be the one that is known by it. */
  const settleBoth = (query: string, id: DocumentId, rules: Rules): Settlement => {
    const sha256 = sha256Of(query);
    const known = rules.mode === 'off' ? null : trusted.byId(id.value);
    if (id.sha256 !== sha256 && known !== query) {
      return refusalOf(refused('BAD_USER_INPUT', mismatchOf(id)), 'refused', null);
    }
    const settled = settleText(query, sha256, rules);
    const isNew = !(settled.document instanceof GraphQLError) && settled.document.standing === 'unknown';
    return { ...settled, registerAs: isNew && rules.registered !== null ? id.sha256 : null };
  };

  const settleId = (id: DocumentId, rules: Rules): Settlement | Promise<Settlement> => {
    const { mode, owner } = rules;
    const known = mode === 'off' ? null : trusted.byId(id.value);
    if (known !== null) return trustedOf(known, sha256Of(known), mode);
    const text = id.sha256 === null ? null : (rules.registered?.get(id.sha256, owner) ?? null);
    const settlementOf = (found: string | null) => (found === null ? missing(id) : registeredOf(found, id));
    return text instanceof Promise ? text.then(settlementOf) : settlementOf(text);
  };

  return {
    settle: (asked, asker) => {
      const rules = rulesFor(asker);
      const { query } = asked;
      const isOff = rules.mode === 'off' && rules.registered === null;
      // Who does not know of `documentId` does not look at it.
      const id = idIn(isOff && query !== '' ? { ...asked, documentId: undefined } : asked);
      if (id instanceof GraphQLError) {
        return isOff ? untold(id) : refusalOf(id, 'refused', null);
      }
      if (id === null) {
        return rules.mode === 'off' || query === '' ? null : settleText(query, sha256Of(query), rules);
      }
      if (isOff) return untold(notSupported(id));
      return query === '' ? settleId(id, rules) : settleBoth(query, id, rules);
    },
    register: (sha256, text, asker) => {
      registered?.set(sha256, text, ownerOf(asker));
    },
    share: (sha256, text, asker) => {
      if (asker !== null) registered?.share(sha256, text, asker.identity);
    },
    textOf: (asked) => {
      const id = asked.query === '' ? idIn(asked) : null;
      if (id === null || id instanceof GraphQLError) return asked.query;
      return trusted.byId(id.value) ?? (id.sha256 === null ? null : registered?.peek(id.sha256)) ?? '';
    },
  };
}

/** Whose documents they are: all who have not signed in are one. */
function ownerOf(asker: Asker): string {
  return asker?.identity ?? 'anonymous';
}

/** By what a document is asked for; null: by nothing but its text. */
function idIn({ documentId, persistedQuery }: AskedDocument): DocumentId | GraphQLError | null {
  if (isAbsent(documentId) && isAbsent(persistedQuery)) return null;
  if (!isAbsent(documentId) && !isAbsent(persistedQuery)) {
    return refused('BAD_USER_INPUT', 'A document is asked for by documentId or by extensions.persistedQuery');
  }
  if (!isAbsent(documentId)) {
    return readDocumentId(documentId) ?? refused('BAD_REQUEST', 'documentId must be a string, given once');
  }
  return (
    readPersistedQuery(persistedQuery) ??
    refused('BAD_USER_INPUT', 'extensions.persistedQuery must have version 1, and sha256Hash as a string')
  );
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function mismatchOf({ isOfApollo }: DocumentId): string {
  return isOfApollo
    ? 'The sha256Hash of extensions.persistedQuery is not that of the query beside it'
    : 'The documentId is not that of the query beside it';
}

function trustedOf(text: string, sha256: string, mode: DocumentMode): Settlement {
  return {
    document: { text, standing: 'trusted', isPreferred: mode === 'prefer' || mode === 'only' },
    registerAs: null,
    told: { outcome: 'trusted', id: shownIdOf(sha256) },
  };
}

function registeredOf(text: string, { sha256 }: DocumentId): Settlement {
  return {
    document: { text, standing: 'registered', isPreferred: false },
    registerAs: null,
    told: { outcome: 'registered', id: sha256 === null ? null : shownIdOf(sha256) },
  };
}

function missing(id: DocumentId): Settlement {
  return refusalOf(notFound(id), 'not_found', id.sha256 === null ? null : shownIdOf(id.sha256));
}

/** Nobody has a list, or registers anything. */
function untold(document: GraphQLError): Settlement {
  return { document, registerAs: null, told: null };
}

function refusalOf(error: GraphQLError, outcome: DocumentOutcome, id: string | null): Settlement {
  return { document: error, registerAs: null, told: { outcome, id } };
}
