import { createGatewayClient, RunHistory, type RunHistoryProps } from '@refold-gateway/run-history';
import '@refold-gateway/run-history/element';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import hostile from './hostile.css?inline';
import plain from './plain.css?inline';

declare global {
  interface Window {
    /** What the test hands over. */
    readonly host: { readonly url: string } & Pick<RunHistoryProps, 'pageSize' | 'features'>;
    readonly getToken: (account?: string | null) => Promise<string | null>;
    /** How often a click within the run history has reached the React handlers around it. */
    clicks: number;
  }
}

/** `?css=hostile`, `?as=element|light`, `?dir=rtl`; else a plain host with the React component. */
const asked = new URLSearchParams(window.location.search);
const style = document.createElement('style');
style.textContent = plain + (asked.get('css') === 'hostile' ? hostile : '');
document.head.append(style);
document.documentElement.dir = asked.get('dir') ?? 'ltr';

const place = document.querySelector('#place');
if (place === null) throw new Error('There is no place');
// What changes by itself would make two pictures differ.
const features = { live: false, failures: false };
window.clicks = 0;

if (asked.get('as') === 'element') {
  const element = document.createElement('refold-run-history');
  element.setAttribute('url', window.host.url);
  element.setAttribute('features', '-live -failures');
  element.getToken = window.getToken;
  place.append(element);
} else {
  const client = createGatewayClient({ url: window.host.url, getToken: window.getToken });
  const isolated = asked.get('as') !== 'light';
  if (!isolated) await import('@refold-gateway/run-history/styles.css');
  createRoot(place).render(
    <StrictMode>
      <div
        style={{ display: 'contents' }}
        onClick={() => {
          window.clicks += 1;
        }}
      >
        <RunHistory client={client} isolated={isolated} features={features} />
      </div>
    </StrictMode>,
  );
}
