import type { ToldFailure } from '../domain/failure.ts';
import { readReason, type Reason } from '../domain/reason.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What every webhook says, and no reason is in. */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'linked_account_id',
  'instance_id',
  'workflow_id',
  'workflow_name',
  'config_id',
  'event',
  'status',
  'environment',
  'org_id',
  'slug',
  'createdAt',
]);
/** More keys than any webhook has been seen with. */
const MAX_KEYS = 64;
/** Keys of what an API has answered, or of what was made of it. */
const ERROR_KEY = /error|reason|cause|message|response|body|output|detail/i;
/** Keys beside those, whose texts are no messages. */
const NO_MESSAGE_KEY = /(?:code|status|type|count|attempts?|name|id|at)$/i;
/** Keys of the failed step. */
const NODE_KEY = /node|step/i;

/**
 * Reads the reason of a failure from a webhook. Upstream has not published which keys it is in, so that what looks like
 * it is taken by the rules of docs/failures.md. Null: there is no message. It has its secrets, and any length.
 */
export function readToldReason(webhook: Fields): ToldFailure | null {
  const fields = othersOf(webhook);
  const node = nodeOf(fields);
  const reason = reasonIn(fields) ?? (node.fields === null ? null : reasonIn(node.fields));
  if (reason === null) return null;
  return { nodeId: node.id, nodeName: node.name, message: reason.message, code: reason.code };
}

/** What a webhook says beside what all of them do. */
function othersOf(webhook: Fields): Fields {
  const others = Object.entries(webhook).filter(([key]) => !KNOWN_KEYS.has(key));
  return Object.fromEntries(others.slice(0, MAX_KEYS));
}

/** A reason that says something. */
type Said = Reason & { readonly message: string };

/** The reason among some fields: where the output of a step would have it, or in one whose name says so. */
function reasonIn(fields: Fields): Said | null {
  const { message, code } = readReason(fields);
  if (message !== null) return { message, code };
  for (const [key, value] of Object.entries(fields).slice(0, MAX_KEYS)) {
    if (!ERROR_KEY.test(key) || NO_MESSAGE_KEY.test(key)) continue;
    const found = readReason(value);
    if (found.message !== null) return { message: found.message, code: found.code ?? code };
  }
  return null;
}

/** The failed step, as an object with its id and name, or as fields beside each other. */
function nodeOf(fields: Fields): { id: string | null; name: string | null; fields: Fields | null } {
  const found = Object.entries(fields).filter(([key]) => NODE_KEY.test(key));
  const object = found
    .map(([, value]) => (Array.isArray(value) ? (value as unknown[])[0] : value))
    .find(isFields);
  if (object !== undefined) {
    const id = textOf(object['node_id'] ?? object['nodeId'] ?? object['id']);
    return { id, name: textOf(object['node_name'] ?? object['nodeName'] ?? object['name']), fields: object };
  }
  const named = (key: RegExp) => textOf(found.find(([name]) => key.test(name))?.[1]);
  return { id: named(/id$/i), name: named(/name$|(?:node|step)$/i), fields: null };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  if (Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
