import { createGatewayClient, RunHistory, type RunHistoryProps } from '@refold-gateway/run-history';
import { flushSync } from 'react-dom';
import { version } from 'react';
import { createRoot } from 'react-dom/client';

declare global {
  interface Window {
    /** Which React this is, for the test. */
    reactVersion: string;
    /** What the test hands over. */
    readonly host: { readonly url: string } & Pick<RunHistoryProps, 'pageSize' | 'features'>;
    /** The product's token for that account, or for who the test says is signed in, where it is null. */
    readonly getToken: (account?: string | null) => Promise<string | null>;
    /** Signs in as another account, which is to see nothing of the one before. */
    signInAs: (account: string | null) => void;
    /** Where an application is connected anew; not there in a product that has no such page. */
    readonly reconnect?: RunHistoryProps['onReconnect'];
  }
}

const place = document.querySelector('#root');
if (place === null) throw new Error('There is no root');
const root = createRoot(place);
window.signInAs = (account) => {
  const getToken = () => window.getToken(account);
  const client = createGatewayClient({ url: window.host.url, getToken });
  const { pageSize, features } = window.host;
  const page = <RunHistory {...{ client, pageSize, features }} onReconnect={window.reconnect} />;
  // At once, so that a test knows from when on the former account is gone.
  flushSync(() => {
    root.render(page);
  });
};
window.signInAs(null);
window.reactVersion = version;
