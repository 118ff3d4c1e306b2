/** What a failed step's output says of its failure. Null: it does not say. */
export interface Reason {
  readonly message: string | null;
  readonly code: string | null;
}

const NONE: Reason = { message: null, code: null };

/** Deeper than any error is nested that has been seen. */
const MAX_DEPTH = 8;

/** Keys of a message, the one that says most first. */
const MESSAGES = [
  'message',
  'error_description',
  'errorDescription',
  'error_message',
  'errorMessage',
  'detail',
  'msg',
] as const;
/** Keys of a code, the one that says most first. The HTTP status is one where there is no other. */
const CODES = ['code', 'error_code', 'errorCode', 'statusCode', 'status_code', 'status'] as const;
/** In words it is no code: `{"status": "error"}`. */
const STATUS = 'status';
/** Keys of what an API has answered: it says more than what was made of it. */
const ANSWERS = ['response', 'body', 'data'] as const;
/** Keys of what is wrong, where nothing beside them says so. */
const ERRORS = ['error', 'errors'] as const;

/**
 * Reads the reason of a failure from a step's output, whose form nobody has published: docs/failures.md has the rules.
 * @param output any JSON
 */
export function readReason(output: unknown): Reason {
  return reasonIn(output, 0);
}

function reasonIn(value: unknown, depth: number): Reason {
  if (depth > MAX_DEPTH) return NONE;
  if (typeof value === 'string') return reasonInText(value.trim(), depth);
  if (Array.isArray(value)) return firstOf(value, depth);
  if (typeof value !== 'object' || value === null) return NONE;
  return reasonInObject(value as Readonly<Record<string, unknown>>, depth);
}

/** A text is the message itself, but where it is JSON or a page of HTML. */
function reasonInText(text: string, depth: number): Reason {
  if (text === '') return NONE;
  if (/^[[{]/.test(text)) {
    const json = parsed(text);
    if (json !== undefined) return reasonIn(json, depth + 1);
  }
  return { message: isHtml(text) ? titleOf(text) : text, code: null };
}

/** Of several errors the first that says something. */
function firstOf(values: readonly unknown[], depth: number): Reason {
  for (const value of values.slice(0, MAX_ERRORS)) {
    const reason = reasonIn(value, depth + 1);
    if (reason.message !== null) return reason;
  }
  return NONE;
}

/** More errors than anybody reads. */
const MAX_ERRORS = 100;

function reasonInObject(object: Readonly<Record<string, unknown>>, depth: number): Reason {
  const code = codeIn(object);
  for (const key of ANSWERS) {
    const answered = reasonIn(object[key], depth + 1);
    if (answered.message !== null) return { message: answered.message, code: answered.code ?? code };
  }
  for (const key of MESSAGES) {
    const said = reasonIn(object[key], depth + 1);
    if (said.message !== null) return { message: said.message, code: said.code ?? code ?? nameIn(object) };
  }
  for (const key of ERRORS) {
    const error = reasonIn(object[key], depth + 1);
    if (error.message !== null) return { message: error.message, code: error.code ?? code };
  }
  return { message: null, code };
}

/** The code of an object: a number, or words joined as codes are. A longer mixture may be anything, even a secret. */
function codeIn(object: Readonly<Record<string, unknown>>): string | null {
  for (const key of CODES) {
    const value = object[key];
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value === 'string' && isCode(value) && (key !== STATUS || /^\d/.test(value))) return value;
  }
  return null;
}

/** What an error calls itself, beside its message: `{"error": "invalid_grant", "error_description": …}`. */
function nameIn({ error }: Readonly<Record<string, unknown>>): string | null {
  return typeof error === 'string' && isCode(error) ? error : null;
}

function isCode(text: string): boolean {
  return /^(?:\d{1,9}|[A-Za-z]{1,32}\d{0,4}(?:[_.:-][A-Za-z\d]{1,32}){0,8})$/.test(text);
}

function isHtml(text: string): boolean {
  return /^<(?:!doctype|html|head|body|\?xml)\b/i.test(text);
}

/** A page's title is all of it that is a message. */
function titleOf(html: string): string | null {
  const [, title = ''] = /<title[^>]{0,256}>([^<]{1,1024})<\/title>/i.exec(html.slice(0, 65_536)) ?? [];
  return title.replace(/\s+/g, ' ').trim() || null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
