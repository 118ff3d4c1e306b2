/** What can be done to the upstream, for a while. */
export const TROUBLES = ['down', 'resets', 'slow', 'limited'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** What is asked of one route of the upstream. */
export interface AskedRoute {
  /** Such as `GET /execution`. */
  readonly route: string;
  readonly count: number;
  /** Those among them that got an error, or no answer. */
  readonly failed: number;
}

/** How an account is connected to an application. */
export interface PanelConnection {
  readonly slug: string;
  readonly name: string;
  readonly connected: boolean;
  readonly reauthRequired: boolean;
}

/** What the panel shows of the sandbox. */
export interface PanelState {
  readonly connections: readonly PanelConnection[];
  /** Names of what a run can be told to fail for. */
  readonly failures: readonly string[];
  readonly trouble: { readonly kind: Trouble; readonly leftMs: number } | null;
  /** What the gateway has asked in the last minute, for all who look. */
  readonly asked: {
    readonly routes: readonly AskedRoute[];
    /** The requests of each two seconds, the oldest first. */
    readonly spans: readonly number[];
  };
}
