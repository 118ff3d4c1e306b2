import type { Address } from '@refold-gateway/run-history/hooks';
import type { createBrowserRouter } from 'react-router';

type Router = ReturnType<typeof createBrowserRouter>;

/** Keeps the filters and the open run in the query of React Router's address. */
export function addressOf(router: () => Router): Address {
  return {
    get: () => router().state.location.search,
    subscribe: (listener) => router().subscribe(listener),
    go: (query, isStep) => void router().navigate({ search: query }, { replace: !isStep }),
    href: (query) => router().state.location.pathname + query,
  };
}
