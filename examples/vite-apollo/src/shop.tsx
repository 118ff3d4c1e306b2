import { RunHistory } from '@refold-gateway/run-history';
import { RunHistoryProvider, type Address } from '@refold-gateway/run-history/hooks';
import { useEffect, useMemo, useState } from 'react';
import { FailedToday } from './failed-today.tsx';
import { createShopClient } from './shop-client.ts';
import { signIn, signOut, whoIsSignedIn, type User } from './session.ts';

/** The product: its users sign in with a session of its own. */
export function Shop({ address }: { address: Address }) {
  // Undefined: not known yet. Null: nobody.
  const [user, setUser] = useState<User | null>();
  useEffect(() => {
    void whoIsSignedIn().then(setUser);
  }, []);
  if (user === undefined) return null;
  if (user === null) return <SignIn onUser={setUser} />;
  return (
    <SignedIn
      user={user}
      address={address}
      onSignOut={() => {
        void signOut().then(() => {
          setUser(null);
        });
      }}
    />
  );
}

function SignIn({ onUser }: { onUser: (user: User) => void }) {
  return (
    <main className="shop-bar">
      <h1>Shop</h1>
      {['Ada', 'Grace'].map((name) => (
        <button key={name} type="button" onClick={() => void signIn(name.toLowerCase()).then(onUser)}>
          Sign in as {name}
        </button>
      ))}
    </main>
  );
}

function SignedIn(props: { user: User; address: Address; onSignOut: () => void }) {
  const { user, address, onSignOut } = props;
  // A client for each sign-in: what it remembers is gone with it.
  const client = useMemo(createShopClient, []);
  return (
    <>
      <header className="shop-bar">
        <h1>Shop</h1>
        <RunHistoryProvider client={client}>
          <FailedToday />
        </RunHistoryProvider>
        <span>
          {user.name}, {user.customer}
        </span>
        <button type="button" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <RunHistory client={client} address={address} className="shop-history" />
    </>
  );
}
