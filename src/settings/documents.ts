import { z } from 'zod';
import { flag, whole, words } from './readers.ts';
import { limit, optional, setting, type ValuesOf } from './setting.ts';

const MODES = ['off', 'log', 'prefer', 'only'] as const;
const mode = z.enum(MODES, 'must be off, log, prefer or only');

/** Which documents run. */
export const DOCUMENT_SETTINGS = {
  TRUSTED_DOCUMENTS: setting(
    mode,
    'off',
    'What the [list of trusted documents](trusted-documents.md) is for: `off`; `log`: other documents run, and the log names them; `prefer`: those on the list have looser limits; `only`: others are refused.',
  ),
  TRUSTED_DOCUMENTS_SESSION_TOKEN: optional(
    mode,
    'The same for who signs in with a session token. Unset: as `TRUSTED_DOCUMENTS`.',
  ),
  TRUSTED_DOCUMENTS_API_KEY: optional(
    mode,
    'The same for who signs in with an API key. Unset: as `TRUSTED_DOCUMENTS`.',
  ),
  TRUSTED_DOCUMENTS_SERVER_KEY: optional(
    mode,
    'The same for who signs in with a token of your own product. Unset: as `TRUSTED_DOCUMENTS`.',
  ),
  TRUSTED_DOCUMENTS_ANONYMOUS: optional(
    mode,
    'The same for who has not signed in, or not well enough. Unset: as `TRUSTED_DOCUMENTS`.',
  ),
  TRUSTED_DOCUMENTS_FILES: optional(
    words,
    'The manifests with the list, comma-separated: files, or folders whose files end in `.json`. Read once, at the start.',
  ),
  APQ: setting(
    flag,
    'false',
    'Automatic persisted queries: clients register documents by their hash. Never for those whom `only` holds.',
  ),
  APQ_MAX_BYTES: limit(
    whole(65_536, 1_073_741_824),
    '8388608',
    'How much is kept of what clients have registered, in bytes. Whoever has registered most makes room.',
    '`PERSISTED_QUERY_NOT_FOUND`: clients send the document once more',
  ),
};

/** The same by its names in the code. */
export function documentsOf(values: ValuesOf<typeof DOCUMENT_SETTINGS>) {
  const preset = values.TRUSTED_DOCUMENTS;
  return {
    /** By the way of signing in. */
    modes: {
      SESSION_TOKEN: values.TRUSTED_DOCUMENTS_SESSION_TOKEN ?? preset,
      API_KEY: values.TRUSTED_DOCUMENTS_API_KEY ?? preset,
      SERVER_KEY: values.TRUSTED_DOCUMENTS_SERVER_KEY ?? preset,
      ANONYMOUS: values.TRUSTED_DOCUMENTS_ANONYMOUS ?? preset,
    },
    /** Manifests, and folders of them. */
    files: values.TRUSTED_DOCUMENTS_FILES ?? [],
    /** How much may be registered; null: nothing. */
    maxRegisteredBytes: values.APQ ? values.APQ_MAX_BYTES : null,
  };
}

/** What of it cannot be meant so, a line a mistake. */
export function documentMistakes(values: ValuesOf<typeof DOCUMENT_SETTINGS>): string[] {
  const { modes, files } = documentsOf(values);
  const needed = Object.values(modes).some((one) => one === 'prefer' || one === 'only');
  return needed && files.length === 0
    ? ['TRUSTED_DOCUMENTS_FILES is missing: there is no list of trusted documents without it']
    : [];
}
