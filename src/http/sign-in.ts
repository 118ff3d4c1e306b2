import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Contexts, SignedIn } from '../contexts.ts';
import { signInHeadersOf } from './sign-in-headers.ts';

/** Tells who sends a request. */
export type SignIn = (request: IncomingMessage) => SignedIn | Promise<SignedIn>;

type Presented = ReturnType<typeof signInHeadersOf>;

/**
 * Builds what does so. Whoever sends the very same credentials over a kept connection is who they were: what is told at
 * once follows from the credentials alone. What has to be verified is verified each time, and a refusal is made anew.
 * Whether a token has ended is not a part of it: that is looked at where it is used.
 */
export function createSignIn({ signIn }: Pick<Contexts, 'signIn'>): SignIn {
  const last = new WeakMap<Socket, { readonly presented: Presented; readonly signedIn: SignedIn }>();
  return (request) => {
    const { socket } = request;
    const presented = signInHeadersOf(request);
    const known = last.get(socket);
    if (known !== undefined && isSame(known.presented, presented)) return known.signedIn;
    const signedIn = signIn(presented);
    if (!(signedIn instanceof Promise || signedIn instanceof Error))
      last.set(socket, { presented, signedIn });
    return signedIn;
  };
}

function isSame(one: Presented, other: Presented): boolean {
  return (
    isSameList(one.authorization, other.authorization) &&
    isSameList(one['x-api-key'], other['x-api-key']) &&
    isSameList(one.linked_account_id, other.linked_account_id) &&
    isSameList(one['linked-account-id'], other['linked-account-id'])
  );
}

function isSameList(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
