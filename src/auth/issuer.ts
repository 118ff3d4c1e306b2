import { claimsOf } from './claims.ts';

/**
 * Whether a token names this issuer as its own, however broken it is otherwise. Whatever our product has signed must
 * not be forwarded, and neither must what is left of it: so this looks for the issuer in all that anybody might be able
 * to read of a token, with any number of parts, in any alphabet, and however its JSON is spelled.
 */
export function isOfIssuer(token: string, issuer: string): boolean {
  if (claimsOf(token).iss === issuer) return true;
  const wanted = plain(issuer);
  return [...textsOf(token)].some(
    (text) => issuersIn(text).some((found) => plain(found) === wanted) || isBrokenAround(text, wanted),
  );
}

/** Whether a text is no whole JSON and has the issuer in it, by whatever name. */
function isBrokenAround(text: string, wanted: string): boolean {
  return MAY_NAME_ISSUER.test(text) && plain(text).includes(wanted) && !isObject(text);
}

/** The case and what surrounds it do not make it another one. */
function plain(issuer: string): string {
  return issuer.trim().toLowerCase();
}

/** Of `"iss":"x"` in base64. */
const SHORTEST = 12;
const NOT_BASE64 = /[^\w+/-]+/g;

/** All texts that a token may hold: itself, and whatever of it is base64, wherever that begins. */
function* textsOf(token: string): Generator<string> {
  const whole = unescaped(token);
  yield whole;
  const parts = whole.split('.').map((part) => part.replaceAll(NOT_BASE64, ''));
  for (const part of new Set([...parts, ...whole.split(NOT_BASE64)])) {
    if (part.length < SHORTEST) continue;
    for (let offset = 0; offset < 4 && offset < part.length; offset++) {
      // Text in UTF-16 has zeros in between.
      yield Buffer.from(part.slice(offset), 'base64').toString('utf8').replaceAll('\0', '');
    }
  }
}

function unescaped(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

/** What has a member `iss` has this in it, or an escape. */
const MAY_NAME_ISSUER = /iss|\\u/i;
/** What a string of JSON has to be read up to, and what opens, closes or separates outside of one. */
const IN_STRING = /["\\]/g;
const PIECE = /["{}[\],:]/g;

/** The strings of a text as JSON has them, with their quotes, and what opens, closes or separates, in order. */
function* piecesOf(text: string): Generator<string> {
  let position = 0;
  const next = (what: RegExp) => {
    what.lastIndex = position;
    const [found = ''] = what.exec(text) ?? [];
    position = what.lastIndex;
    return found;
  };
  for (let piece = next(PIECE); piece !== ''; piece = next(PIECE)) {
    if (piece !== '"') {
      yield piece;
      continue;
    }
    const start = position - 1;
    let end = next(IN_STRING);
    for (; end === '\\'; end = next(IN_STRING)) position += 1;
    // A string without an end is the last piece.
    if (end === '') return;
    yield text.slice(start, position);
  }
}

/**
 * The strings in the values of all members `iss`: of the object that the text is, else anywhere in it. A name
 * that comes twice counts twice, since readers differ in which one they take.
 */
function issuersIn(text: string): string[] {
  if (!MAY_NAME_ISSUER.test(text)) return [];
  const found: string[] = [];
  const mayBeDeeper = !isObject(text);
  let depth = 0;
  let issuerDepth: number | null = null;
  let last = '';
  for (const piece of piecesOf(text)) {
    if (piece === '{' || piece === '[') depth += 1;
    if (piece === '}' || piece === ']') depth -= 1;
    if (issuerDepth !== null && (depth < issuerDepth || (piece === ',' && depth === issuerDepth)))
      issuerDepth = null;
    if (piece === ':' && plain(last) === 'iss' && (mayBeDeeper || depth === 1)) issuerDepth ??= depth;
    last = piece.startsWith('"') ? stringOf(piece) : '';
    if (last !== '' && issuerDepth !== null) found.push(last);
  }
  return found;
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function stringOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal.slice(1, -1);
  }
}
