/** Who is signed in at the product. */
export interface User {
  readonly name: string;
  readonly customer: string;
}

export async function whoIsSignedIn(): Promise<User | null> {
  const response = await fetch('/me');
  return (await response.json()) as User | null;
}

export async function signIn(name: string): Promise<User> {
  const response = await fetch(`/sign-in?${new URLSearchParams({ user: name }).toString()}`, {
    method: 'POST',
  });
  return (await response.json()) as User;
}

export async function signOut(): Promise<void> {
  await fetch('/sign-out', { method: 'POST' });
}

/** A token for the gateway, for whoever the session cookie is of. Null: the session is over. */
export async function getToken(): Promise<string | null> {
  const response = await fetch('/token');
  return response.ok ? ((await response.json()) as { readonly token: string }).token : null;
}
