import { sessionTokenCredential } from '../domain/credential.ts';
import type { Strategy } from './authenticate.ts';

/** Way 1: an upstream session token, forwarded as it is. Upstream alone can tell whether it is good. */
export const sessionToken: Strategy = ({ bearer }) =>
  bearer === null ? null : sessionTokenCredential(bearer);
