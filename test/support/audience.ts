import { expect } from '@jest/globals';
import type { Sandbox } from '../../sandbox/server.ts';
import { untilViewers, type ListViewer } from './list-viewers.ts';
import { list } from './sandbox.ts';
import { isEnd } from './told.ts';

/** Runs that a test lets happen at a sandbox whose time stands still, for some accounts, and those who watch all runs of one of them. */
export interface Audience {
  /** Begins a run of each account, which goes on until the sandbox's time has come so far; answers their ids. */
  begin(durationMs: number, endStatus?: string): ReadonlyMap<string, string>;
  /** Resolves once everybody has been told the state that every run has at the sandbox. */
  untilAllKnow(): Promise<void>;
  /** Resolves once everybody has been told this of every run that began here; undefined: nothing yet. */
  untilEach(what: (status: string | undefined) => boolean): Promise<void>;
  /** Expects that nobody was told anything wrong, nothing twice, and of every run that began here its end. */
  expectRight(): void;
}

/** Accounts are asked by headers; see `account` of budget.ts. */
export function createAudience(
  sandbox: Sandbox,
  accounts: readonly Readonly<Record<string, string>>[],
  viewers: readonly ListViewer[],
): Audience {
  const byName = accounts.map((headers) => [headers['linked_account_id'] ?? '', headers] as const);
  const begun = new Map<string, string[]>(byName.map(([account]) => [account, []]));

  /** The newest page of each account, as upstream has it. */
  const readTruth = async () => {
    const pages = byName.map(async ([account, headers]) => {
      const { docs } = await list(sandbox, 'limit=100', headers);
      return [account, docs.map(({ _id, status }) => [_id, String(status)] as const)] as const;
    });
    return new Map(await Promise.all(pages));
  };

  return {
    begin: (durationMs, endStatus) => {
      const added = byName.map(([account]) => {
        const run = { account, durationMs, ...(endStatus !== undefined && { endStatus }) };
        const [id = ''] = sandbox.addExecutions(run);
        begun.get(account)?.push(id);
        return [account, id] as const;
      });
      return new Map(added);
    },
    untilAllKnow: async () => {
      const truth = await readTruth();
      const knows = ({ told, account }: ListViewer) =>
        (truth.get(account) ?? []).every(([id, status]) => told.states.get(id) === status);
      const ignorants = () => viewers.filter((viewer) => !knows(viewer));
      await untilViewers(
        () => `all to know, of whom ${String(ignorants().length)} do not`,
        () => viewers.some(({ failure }) => failure() !== null) || ignorants().length === 0,
      );
      expect(viewers.map(({ failure }) => failure()).filter((failure) => failure !== null)).toEqual([]);
    },
    untilEach: (what) =>
      untilViewers('all runs to be told', () =>
        viewers.every(({ told, account }) =>
          (begun.get(account) ?? []).every((id) => what(told.states.get(id))),
        ),
      ),
    expectRight: () => {
      const wrong = viewers.flatMap(({ resuming, account, told }) => [
        ...told.complaints,
        ...(begun.get(account) ?? []).flatMap((id) => {
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
