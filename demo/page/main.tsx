import { createGatewayClient, RunHistory } from '@refold-gateway/run-history';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ACCOUNTS } from '../accounts.ts';
import { Panel } from './panel.tsx';
import { changeConnection, createTokens } from './sandbox.ts';
import { useAccount } from './use-account.tsx';

const PANEL = 'demo-sandbox';
/** What is left of the budget is for operators, as whoever tries the demo is. */
const FEATURES = { budget: true };
/** Where the panel has room beside the page. */
const WIDE = '(min-width: 1200px)';

function Demo() {
  const [account, signIn] = useAccount();
  const [isPanelShown, showPanel] = useState(() => window.matchMedia(WIDE).matches);
  return (
    <div className="demo">
      <header className="demo-bar">
        <h1>refold-gateway</h1>
        <fieldset className="demo-accounts">
          <legend>Signed in as</legend>
          {ACCOUNTS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="account"
                aria-label={one}
                checked={one === account}
                onChange={() => {
                  signIn(one);
                }}
              />
              <span>
                {one.replace(/@.*/, '')}
                <span className="demo-domain">{one.replace(/.*(?=@)/, '')}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <a href="/graphql">Explorer</a>
        <button
          type="button"
          className="demo-toggle"
          aria-expanded={isPanelShown}
          aria-controls={PANEL}
          onClick={() => {
            showPanel(!isPanelShown);
          }}
        >
          Sandbox
        </button>
      </header>
      <Panel key={`panel of ${account}`} account={account} isShown={isPanelShown} id={PANEL} />
      <main className="demo-page">
        <History key={account} account={account} />
      </main>
    </div>
  );
}

function History({ account }: { account: string }) {
  const client = useMemo(
    () => createGatewayClient({ url: '/graphql', getToken: createTokens(account) }),
    [account],
  );
  return (
    <RunHistory
      client={client}
      features={FEATURES}
      onReconnect={({ slug }) => {
        if (slug !== null) void changeConnection(account, slug, true);
      }}
    />
  );
}

const root = document.querySelector('#root');
if (root === null) throw new Error('There is no root');
createRoot(root).render(<Demo />);
