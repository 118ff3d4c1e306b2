import { expect } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { untilViewers, type ListViewer } from './list-viewers.ts';
import { list } from './sandbox.ts';
import { isEnd } from './told.ts';

/** Runs that a test lets happen at a sandbox whose time stands still, for some accounts, and those who watch all runs of one of them. */
export interface Audience {
  /** Begins a run of each account, which goes on until the sandbox's time has come so far. */
  begin(durationMs: number, endStatus?: string): void;
  /** Resolves once everybody has been told the state that every run has at the sandbox. */
  untilAllKnow(): Promise<void>;
  /** Expects that nobody was told anything wrong, nothing twice, and of every run that began here its end. */
  expectRight(): void;
}

/** The header that names an account. */
function accountOf(headers: ListViewer['headers']): string {
  return headers['linked_account_id'] ?? '';
}

/** Accounts are asked by headers; see `account` of budget.ts. */
export function createAudience(
  sandbox: Sandbox,
  accounts: readonly Readonly<Record<string, string>>[],
  viewers: readonly ListViewer[],
): Audience {
  const begun = new Map<string, string[]>(accounts.map((headers) => [accountOf(headers), []]));

  /** The newest page of each account, as upstream has it. */
  const readTruth = async () => {
    const pages = accounts.map(async (headers) => {
      const { docs } = await list(sandbox, 'limit=100', headers);
      return [accountOf(headers), docs.map(({ _id, status }) => [_id, String(status)] as const)] as const;
    });
    return new Map(await Promise.all(pages));
  };

  return {
    begin: (durationMs, endStatus) => {
      for (const [account, ids] of begun) {
        const run = { account, durationMs, ...(endStatus !== undefined && { endStatus }) };
        ids.push(...sandbox.addExecutions(run));
      }
    },
    untilAllKnow: async () => {
      const truth = await readTruth();
      const knows = ({ told, headers }: ListViewer) =>
        (truth.get(accountOf(headers)) ?? []).every(([id, status]) => told.states.get(id) === status);
      const ignorants = () => viewers.filter((viewer) => !knows(viewer));
      await untilViewers(
        () => `all to know, of whom ${String(ignorants().length)} do not`,
        () => viewers.some(({ failure }) => failure() !== null) || ignorants().length === 0,
      );
      expect(viewers.map(({ failure }) => failure()).filter((failure) => failure !== null)).toEqual([]);
    },
    expectRight: () => {
      const wrong = viewers.flatMap(({ resuming, headers, told }) => [
        ...told.complaints,
        ...(begun.get(accountOf(headers)) ?? []).flatMap((id) => {
          if (resuming === 'anew') return isEnd(told.states.get(id) ?? '') ? [] : [`${id} has no end`];
          const [came, ended] = [told.count('CREATED', id), told.count('ENDED', id)];
          return came === 1 && ended === 1
            ? []
            : [`${id} came ${String(came)} times, and ended ${String(ended)} times`];
        }),
      ]);
      expect(wrong).toEqual([]);
    },
  };
}
