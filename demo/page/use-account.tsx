import { useCallback, useSyncExternalStore } from 'react';
import { ACCOUNTS, type Account } from '../accounts.ts';

const NAME = 'account';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

function accountOfAddress(): Account {
  const named = new URLSearchParams(window.location.search).get(NAME);
  return ACCOUNTS.find((account) => account === named) ?? ACCOUNTS[0];
}

/** Who is signed in, as the address says, and the way to sign in as another: what was shown of the one is left behind. */
export function useAccount(): readonly [Account, (account: Account) => void] {
  const account = useSyncExternalStore(subscribe, accountOfAddress);
  const signIn = useCallback((other: Account) => {
    window.history.pushState(null, '', `?${new URLSearchParams({ [NAME]: other }).toString()}`);
    for (const listener of [...listeners]) listener();
  }, []);
  return [account, signIn];
}
