import { createIsSecretKey, rememberByKey, type IsSecretKey } from './secret-key.ts';

/** What stands where a secret was. */
const REDACTED = '[redacted]';

/** Takes secrets out of what integrations have sent and received; docs/redaction.md says what counts as one. */
export interface Redaction {
  /**
   * Of any JSON value, in keys, pairs, lists of headers and texts. The value itself is not changed.
   * @param maxChars how much of its texts is read, in characters; what is longer ends there, and says so
   */
  value(value: unknown, maxChars: number): Redacted;
  /** Of a text: JSON, URLs, headers, `name=value` and credentials that can be told by their form. */
  text(text: string): string;
}

/** What is left of a value. */
export interface Redacted {
  readonly shown: unknown;
  /** How many bytes it takes as JSON at the most. */
  readonly mostBytes: number;
}

/** Deeper than anything that is meant to be read. */
const MAX_DEPTH = 100;
/** JSON within JSON within texts: deeper than any product nests them. */
const MAX_TEXT_DEPTH = 4;

/** Where the name of a name and value pair stands, and where its value does. */
const NAME_KEYS = new Set(['name', 'key', 'header', 'headername', 'field', 'param', 'parameter', 'property']);
const VALUE_KEYS = new Set(['value', 'values', 'val', 'content', 'data', 'text', 'default', 'defaultvalue']);

type JsonObject = Record<string, unknown>;

/** What a key says of what it holds. */
interface KeyRole {
  readonly isSecret: boolean;
  /** Whether it is the name of a name and value pair. */
  readonly isName: boolean;
  /** Whether it is the value of one. */
  readonly isValue: boolean;
  /** What it takes as JSON at the most, with its value, but for the characters or parts of that. */
  readonly bytes: number;
}

/**
 * Builds the redaction. What has nothing to hide is given back as it is, not as a copy: most of it has not.
 * @param secretKeys more parts of keys whose values are secrets, of which only letters and digits count
 */
export function createRedaction(secretKeys: readonly string[]): Redaction {
  const isSecretKey = createIsSecretKey(secretKeys);
  const roleOf = rememberByKey((key): KeyRole => ({
    isSecret: isSecretKey(key),
    isName: NAME_KEYS.has(key.toLowerCase()),
    isValue: VALUE_KEYS.has(key.toLowerCase()),
    bytes: Buffer.byteLength(JSON.stringify(key)) + 1 + BYTES_OF_A_VALUE,
  }));

  function text(given: string, nested: number, reading: Reading): string {
    if (given.length < MIN_SECRET) return given;
    const read = given.length > reading.chars ? given.slice(0, reading.chars) : given;
    reading.chars -= read.length;
    if (read === given && !ANY_HINT.test(read)) return read;
    const json = nested < MAX_TEXT_DEPTH ? parsed(read) : undefined;
    if (json === undefined) return `${redactText(read, isSecretKey)}${read === given ? '' : CUT}`;
    // What is read anew is not longer than what it was read from.
    const shown = value(json, 0, nested + 1, { chars: read.length, bytes: 0 });
    return shown === json ? read : JSON.stringify(shown);
  }

  function value(given: unknown, depth: number, nested: number, reading: Reading): unknown {
    if (typeof given === 'string') {
      const shown = text(given, nested, reading);
      reading.bytes += shown.length * BYTES_OF_A_CHARACTER;
      return shown;
    }
    if (typeof given !== 'object' || given === null) return given;
    if (depth > MAX_DEPTH) return '[too deep]';
    if (Array.isArray(given)) return list(given, depth, nested, reading);
    return record(given as JsonObject, depth, nested, reading);
  }

  function record(given: JsonObject, depth: number, nested: number, reading: Reading): JsonObject {
    const isPair = isSecretPair(given);
    let shown = given;
    for (const key in given) {
      const before = given[key];
      const { isSecret, isValue, bytes } = roleOf(key);
      reading.bytes += bytes;
      const isHidden = (isSecret || (isPair && isValue)) && mayBeSecret(key, before);
      const after = isHidden ? REDACTED : value(before, depth + 1, nested, reading);
      if (after === before) continue;
      if (shown === given) shown = { ...given };
      shown[key] = after;
    }
    return shown;
  }

  /** Whether it is a pair whose name is that of a secret, such as `{name: "Authorization", value: "…"}`. */
  function isSecretPair(given: JsonObject): boolean {
    let hasName = false;
    let hasValue = false;
    for (const key in given) {
      const { isName, isValue } = roleOf(key);
      hasName ||= isName;
      hasValue ||= isValue;
    }
    if (!hasName || !hasValue) return false;
    return Object.entries(given).some(
      ([key, name]) => typeof name === 'string' && roleOf(key).isName && isSecretKey(name),
    );
  }

  /** A list, which may be one of headers: names and values in turn. */
  function list(
    given: readonly unknown[],
    depth: number,
    nested: number,
    reading: Reading,
  ): readonly unknown[] {
    const isHeaders = given.length % 2 === 0 && given.every((item) => typeof item === 'string');
    reading.bytes += given.length * BYTES_OF_A_VALUE;
    let shown: unknown[] | null = null;
    for (let index = 0; index < given.length; index++) {
      const before = given[index];
      const name = isHeaders && index % 2 === 1 ? given[index - 1] : undefined;
      const isSecret = typeof name === 'string' && isSecretKey(name);
      const after = isSecret ? REDACTED : value(before, depth + 1, nested, reading);
      if (after === before) continue;
      shown ??= [...given];
      shown[index] = after;
    }
    return shown ?? given;
  }

  return {
    value: (given, maxChars) => {
      const reading = { chars: maxChars, bytes: BYTES_OF_A_VALUE };
      const shown = value(given, 0, 0, reading);
      return { shown, mostBytes: reading.bytes };
    },
    text: (given) => text(given, 0, { chars: given.length, bytes: 0 }),
  };
}

/** A flag is no secret, and neither is an amount: `tokens: 12`. */
function mayBeSecret(key: string, value: unknown): boolean {
  return typeof value !== 'boolean' && !(typeof value === 'number' && /tokens$/i.test(key));
}

/** A value that is being read. */
interface Reading {
  /** How many characters of texts may still be read. */
  chars: number;
  /** How many bytes what was read takes as JSON at the most. */
  bytes: number;
}

/** The longest number, or brackets, quotes or what stands for what is hidden; and a comma. */
const BYTES_OF_A_VALUE = 25;
/** What is longest is one that is escaped. */
const BYTES_OF_A_CHARACTER = 6;

/** What ends a text that was not read to its end. */
const CUT = '… [cut]';

/** Credentials that can be told by their form alone. */
const BY_FORM = [
  // Keys that name their issuer: Stripe, GitHub, Slack, GitLab, npm, AWS, Google, OpenAI and Refold.
  /\b(?:[srp]k_(?:live|test)_\w{8,}|gh[oprsu]_\w{20,}|github_pat_\w{20,}|xox[abeoprs]-[\w-]{10,}|glpat-[\w-]{15,}|npm_\w{30,}|A[KS]IA[0-9A-Z]{16}|AIza[\w-]{30,}|sk-[\w-]{20,})/g,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g,
] as const;

/** JSON Web Tokens, and what begins as one: where no dot is behind all of that, it would be looked at again and again. */
const WEB_TOKENS = /\beyJ[\w-]{8,}(?:\.[\w-]{4,}(?:\.[\w-]*)?)?/g;

/** What every one of these, and of the schemes below, has in it: as little of it as is seldom in other texts. */
const FORM_HINT = /eyJ|[kmt]_|h[oprsu]_|xox|[kt]-|IA|AI|--B|(?:[Ee][Rr]|[Ii][Cc])\s/;
/** What stands in everything that is hidden for the name in front of it. */
const NAME_HINT = /[:=]/;
/** What an object or a list as JSON begins with. */
const OPENING = /^\s*[[{]/;

/** What no text is without that has something to hide: for most, this one look is enough. */
const ANY_HINT = new RegExp(`${OPENING.source}|${NAME_HINT.source}|${FORM_HINT.source}`);

/** `Bearer …` and `Basic …`, wherever they stand. */
const SCHEMES = /\b(Bearer|Basic)(\s+)[\w.~+/=-]{6,}/gi;
/** `scheme://user:password@host`. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/?#:@"'<>]{0,256}):[^\s/?#@"'<>]{1,512}@/gi;
/** `?name=value` and `&name=value`. */
const PARAMETERS = /([?&;#])([\w.~%[\]-]{1,128})=([^&;#\s"'<>]{1,8192})/g;
/** Names that are secrets in URLs only. */
const SECRET_PARAMETERS = /^(?:sig|signature|x-amz-signature|x-goog-signature|key|code|state|ticket)$/i;
/** `name:` and `name=`, the name perhaps in quotes, as in JSON that was cut. */
const ASSIGNED = /\b([A-Za-z][\w.-]{1,127})\\?["']?\s{0,8}(?:=>|[:=])\s{0,8}/g;
/** The same, found by its mark and not by its name: there are fewer marks than words. */
const ASSIGNMENT = /[:=](?<=\b([A-Za-z][\w.-]{1,127})\\?["']?\s{0,8}[:=])/g;
/** What may stand behind it: a text in quotes, which need not end, or one word. */
const VALUE =
  /(\\?["'])?(?:(?<=")(?:[^"\\\n]|\\[^"\n]){0,8192}\\?"?|(?<=')[^'\n]{0,8192}'?|[^\s"'&;,<>{}()[\]][^\s"'&;,<>{}]{0,8191})/y;
/** curl's `-u user:password`. */
const CURL_USER = /((?:^|\s)(?:-u|--user)[= ]\s{0,8}["']?[^\s:"']{1,256}):[^\s"']{1,512}/g;
const HEADER_HINT = /authorization|cookie/i;
/** A header's line names its scheme first: what is behind that is the secret. */
const HEADER_LINE =
  /\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s{0,8}[:=]\s{0,8}["']?)[^"'\n\r]{1,8192}/gi;

/**
 * Takes the secrets out of a text that is no JSON. Every pattern is bounded, so that this takes linear time. Most texts
 * are short and have none, so two looks tell whether it is worth looking for more.
 */
function redactText(text: string, isSecretKey: IsSecretKey): string {
  const hasForm = FORM_HINT.test(text);
  const hasName = NAME_HINT.test(text);
  let shown = text;
  if (hasForm) {
    shown = shown.replace(WEB_TOKENS, (found) => (found.includes('.') ? REDACTED : found));
    for (const form of BY_FORM) shown = shown.replace(form, REDACTED);
  }
  if (hasName) {
    if (text.includes('@')) shown = shown.replace(USER_INFO, `$1:${REDACTED}@`);
    if (HEADER_HINT.test(text)) shown = shown.replace(HEADER_LINE, `$1$2${REDACTED}`);
  }
  if (hasForm) shown = shown.replace(SCHEMES, `$1$2${REDACTED}`);
  if (!hasName) return shown;
  if (text.includes('-u')) shown = shown.replace(CURL_USER, `$1:${REDACTED}`);
  if (text.includes('=')) {
    shown = shown.replace(PARAMETERS, (all, mark: string, name: string) =>
      SECRET_PARAMETERS.test(name) || isSecretKey(decoded(name)) ? `${mark}${name}=${REDACTED}` : all,
    );
  }
  return namesSecret(shown, isSecretKey) ? hideAssigned(shown, isSecretKey) : shown;
}

/** A text that is shorter cannot hold both a name and a secret. */
const MIN_SECRET = 5;

/** Whether something in a text is assigned to the name of a secret. */
function namesSecret(text: string, isSecretKey: IsSecretKey): boolean {
  ASSIGNMENT.lastIndex = 0;
  for (let found = ASSIGNMENT.exec(text); found !== null; found = ASSIGNMENT.exec(text)) {
    if (isSecretKey(found[1] ?? '')) return true;
  }
  return false;
}

/** Hides what is assigned to names of secrets. */
function hideAssigned(text: string, isSecretKey: IsSecretKey): string {
  let shown = '';
  let from = 0;
  ASSIGNED.lastIndex = 0;
  for (let found = ASSIGNED.exec(text); found !== null; found = ASSIGNED.exec(text)) {
    if (!isSecretKey(found[1] ?? '')) continue;
    const start = ASSIGNED.lastIndex;
    NO_SECRET.lastIndex = start;
    if (NO_SECRET.test(text)) continue;
    VALUE.lastIndex = start;
    const [value = '', quote = ''] = VALUE.exec(text) ?? [];
    if (value === '') continue;
    shown += `${text.slice(from, start)}${quote}${REDACTED}${quote}`;
    from = start + value.length;
    ASSIGNED.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** What is no secret: a flag, or nothing. What is hidden already is no value either: it begins with a bracket. */
const NO_SECRET = /(?:true|false|null|undefined)\b/y;

/** The object or list that a text is, as JSON; undefined for any other text. */
function parsed(text: string): object | undefined {
  if (!OPENING.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
