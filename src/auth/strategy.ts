import type { Credential } from '../domain/credential.ts';
import type { PresentedCredentials } from './presented-credentials.ts';

/** A way to sign in. Answers null (not mine) or a credential, or throws (mine, but bad). */
export type Strategy = (presented: PresentedCredentials) => Credential | null | Promise<Credential | null>;
