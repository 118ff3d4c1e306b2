import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { foundOf } from './front.ts';

/** What a request is known by already, or the caller's own id for it where it sends a sound one, otherwise a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const known = foundOf(request)?.id;
  if (known !== undefined) return known;
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
