import { createGatewayClient, RunHistory } from '@refold-gateway/run-history';
import { createRoot } from 'react-dom/client';

declare global {
  interface Window {
    /** What the test hands over. */
    readonly host: { readonly url: string };
    /** The product's token for who is signed in, from the test. */
    readonly getToken: () => Promise<string | null>;
  }
}

const root = document.querySelector('#root');
if (root === null) throw new Error('There is no root');
const client = createGatewayClient({ url: window.host.url, getToken: window.getToken });
createRoot(root).render(<RunHistory client={client} />);
