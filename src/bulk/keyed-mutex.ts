/** Does one thing after the other for each key, also when one of them fails. */
export type KeyedMutex = <T>(key: string, act: () => Promise<T>) => Promise<T>;

/** Builds a mutex that nobody holds yet. */
export function createKeyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = last.get(key);
    const turn = before === undefined ? act() : before.then(act, act);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
