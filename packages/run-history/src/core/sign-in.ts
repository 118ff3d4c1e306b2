/** The headers that sign in, or what takes their place; asked for whenever they are needed. */
export type SignIn = () => Promise<Readonly<Record<string, string>>>;

/** @param getToken asked once for all who ask at the same time; where it fails, so do they */
export function createSignIn(getToken: () => Promise<string | null> | string | null): SignIn {
  let asked: Promise<string | null> | null = null;
  const ask = async () => {
    try {
      // One that throws at once must not be over before it is kept: it would be kept for ever.
      return await Promise.resolve().then(getToken);
    } finally {
      asked = null;
    }
  };
  return async () => {
    asked ??= ask();
    const token = await asked;
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };
}
