import type { Address } from '@refold-gateway/run-history/hooks';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, RouterProvider } from 'react-router';
import { addressOf } from './address.ts';
import { Shop } from './shop.tsx';

const address: Address = addressOf(() => router);
const router = createBrowserRouter([{ path: '*', element: <Shop address={address} /> }]);

const root = document.querySelector('#root');
if (root === null) throw new Error('There is no root');
createRoot(root).render(
  <StrictMode>
    <RouterProvider router={router} />
  </StrictMode>,
);
