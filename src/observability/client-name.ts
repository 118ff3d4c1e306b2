/** What a client says that it is, as far as that can be printed: few characters, and no others than names have. */
export interface ClientName {
  readonly name: string;
  /** Null: it has said none. */
  readonly version: string | null;
}

/** Letters and digits first, so that no name looks like one of the gateway's own words. `@` is for names of packages. */
const SOUND = /^[\w@][\w@ ./:+~()-]{0,63}$/;

/**
 * The name of a client by what it has sent.
 * @param name not a text, or none that is sound: the client has no name
 * @param version the same, of its version alone
 */
export function clientNameOf(name: unknown, version: unknown): ClientName | null {
  if (!isSound(name)) return null;
  return { name, version: isSound(version) ? version : null };
}

function isSound(text: unknown): text is string {
  return typeof text === 'string' && SOUND.test(text);
}
