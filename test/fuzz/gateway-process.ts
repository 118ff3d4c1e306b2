import { fileURLToPath } from 'node:url';
import { spawnMain, whereItListens } from '../support/gateway-process.ts';

/** A gateway in a process of its own, so that a crash of it is seen. */
export interface GatewayProcess {
  readonly url: string;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  stop(): Promise<void>;
}

/** What is to be done with what it tells. */
export interface Listeners {
  /** A line of its log, or of what it printed besides. */
  readonly onLine: (line: string) => void;
  /** How long it did nothing else, at most, in the last quarter of a second. */
  readonly onBlocked: (blockedMs: number) => void;
}

const EVENT_LOOP = fileURLToPath(new URL('event-loop.ts', import.meta.url));

/**
 * Starts a gateway.
 * @throws Error when it ends before it listens
 */
export async function startGatewayProcess(
  env: Readonly<Record<string, string>>,
  { onLine, onBlocked }: Listeners,
): Promise<GatewayProcess> {
  const spawned = spawnMain({ PORT: '0', ...env }, EVENT_LOOP);
  const { child, exited } = spawned;
  child.on('message', (message: { readonly blockedMs: number }) => {
    onBlocked(message.blockedMs);
  });
  child.stderr?.on('data', (complaint: Buffer) => {
    onLine(complaint.toString());
  });
  return {
    url: await whereItListens(spawned, onLine),
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
