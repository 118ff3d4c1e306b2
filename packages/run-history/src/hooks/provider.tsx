import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useState, type ReactNode } from 'react';
import type { RunClient } from '../core/run-client.ts';
import { keyOf } from './client-key.ts';

/** What the hooks below a provider share. */
export interface RunHistoryContext {
  readonly client: RunClient;
  /** Remembers what was asked; a cache of its own, so that a host's own queries stay apart. */
  readonly queries: QueryClient;
}

const Context = createContext<RunHistoryContext | null>(null);

/** Lets the hooks below it ask through `client`. With another client all below it begins anew, with nothing remembered. */
export function RunHistoryProvider({ client, children }: ProviderProps) {
  return (
    <ClientProvider key={keyOf(client)} client={client}>
      {children}
    </ClientProvider>
  );
}

function ClientProvider({ client, children }: ProviderProps) {
  const [value] = useState(() => contextOf(client));
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** A client, and those who may use it. */
export interface ProviderProps {
  readonly client: RunClient;
  readonly children?: ReactNode;
}

/** @throws Error outside of a `RunHistoryProvider` */
export function useRunHistory(): RunHistoryContext {
  const context = useContext(Context);
  if (context === null) throw new Error('Put a <RunHistoryProvider client={…}> around this');
  return context;
}

function contextOf(client: RunClient): RunHistoryContext {
  return { client, queries: new QueryClient({ defaultOptions: { queries: { retry: false } } }) };
}
