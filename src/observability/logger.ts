import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What a line may say: anything not named here does not get into the log. */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  /** The name of the GraphQL operation. */
  readonly operation?: string | null;
  /** How it came, where that was not plain HTTP. */
  readonly transport?: string;
  /** How many results it was answered with. */
  readonly results?: number;
  /** The codes of the errors that were answered. */
  readonly codes?: readonly string[];
  /** In upstream calls: what the operation could need, null where it did not come as far as that; what it made. */
  readonly cost?: { readonly requested: number | null; readonly actual: number };
  /** Of a failed upstream call, or of a Redis that is away: `dns`, `refused`, `tls`, `timeout`, `status 503`. */
  readonly cause?: string;
  /** What a webhook tells of, and what became of it. */
  readonly event?: string | null;
  readonly outcome?: string;
  /** Where the gateway can be reached. */
  readonly url?: string;
  /** Where its metrics are, if apart. */
  readonly metrics?: string;
  /** The host that the gateway is configured to ask. */
  readonly upstream?: string;
  /** The ways of signing in that are on. */
  readonly signIn?: readonly string[];
  /** Whether the explorer and introspection are on. */
  readonly explorer?: boolean;
  /** The stack of an unexpected error: a defect of the gateway itself. */
  readonly stack?: string;
}

/** Structured logs. The types are the allow-list: headers, bodies, variables and accounts have no field to be in. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

/** A logger that writes one JSON object a line. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` };
  const lines: PinoLogger = destination === undefined ? pino(options) : pino(options, destination);
  const at =
    (write: 'info' | 'warn' | 'error' | 'debug') =>
    (message: string, fields: LogFields = {}) => {
      lines[write](fields, message);
    };
  return { info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug') };
}

/** Logs a defect whole: an error that nobody has thought of. */
export function logDefect({ error: log }: Pick<Logger, 'error'>, error: unknown, requestId?: string): void {
  const stack = (error as Error | undefined)?.stack ?? String(error);
  log('unexpected error', { ...(requestId !== undefined && { requestId }), stack });
}
