import { createGatewayClient, RunHistory, type RunHistoryProps } from '@refold-gateway/run-history';
import { createRoot } from 'react-dom/client';

declare global {
  interface Window {
    /** What the test hands over. */
    readonly host: { readonly url: string; readonly pageSize?: number };
    /** The product's token for who is signed in, from the test. */
    readonly getToken: () => Promise<string | null>;
    /** Where an application is connected anew; not there in a product that has no such page. */
    readonly reconnect?: RunHistoryProps['onReconnect'];
  }
}

const root = document.querySelector('#root');
if (root === null) throw new Error('There is no root');
const client = createGatewayClient({ url: window.host.url, getToken: window.getToken });
createRoot(root).render(
  <RunHistory client={client} pageSize={window.host.pageSize} onReconnect={window.reconnect} />,
);
