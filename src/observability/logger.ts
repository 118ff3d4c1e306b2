import { pino, type DestinationStream } from 'pino';
import type { ClientName } from './client-name.ts';
import { createLogCounts, type LogCounts } from './log-counts.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** What a line may say: anything not named here does not get into the log. */
export interface LogFields {
  readonly requestId?: string;
  /** Where tracing is on: what the line is of. */
  readonly traceId?: string;
  readonly spanId?: string;
  readonly method?: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route?: string;
  readonly status?: number;
  readonly durationMs?: number;
  /** The name of the GraphQL operation. */
  readonly operation?: string | null;
  /** What its client says that it is. */
  readonly client?: ClientName;
  /** Where its document stands, of those who have a list of trusted ones or register their own; and what it is known by. */
  readonly document?: string;
  readonly documentId?: string | null;
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

/** As they stand in a line. */
const LEVELS: Readonly<Record<LogLevel, number>> = {
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  silent: Infinity,
};

/**
 * A logger that writes one JSON object a line: to standard output, if nothing else is given.
 * @param counts are kept up to date
 */
export function createLogger(
  lowest: LogLevel,
  destination?: DestinationStream,
  counts = createLogCounts(),
): Logger {
  const output = destination ?? onceATurn(counts);
  const timeOfDay = createTimeOfDay();
  const at = (name: Exclude<LogLevel, 'silent'>) => {
    const level = LEVELS[name];
    if (level < LEVELS[lowest]) return () => undefined;
    return (msg: string, fields: LogFields = {}) => {
      counts.written[name] += 1;
      const told = JSON.stringify(fields).slice(1, -1);
      const comma = told === '' ? '' : ',';
      output.write(
        `{"level":${String(level)},"time":"${timeOfDay()}"${comma}${told},"msg":${JSON.stringify(msg)}}\n`,
      );
    };
  };
  return { info: at('info'), warn: at('warn'), error: at('error'), debug: at('debug') };
}

/** Spells the time of day, once for all lines of a millisecond. */
function createTimeOfDay(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now === at) return text;
    at = now;
    text = new Date(now).toISOString();
    return text;
  };
}

/** So much is kept of what cannot be written just now, in bytes; what comes beyond that is lost. */
const MAX_UNWRITTEN = 1_048_576;
/** What a turn logs is written in parts of about this many characters. */
const MAX_AT_ONCE = 65_536;

/**
 * Standard output, to which the lines of one turn of the event loop are written at once: a write costs more than a
 * line. What is left when the process ends by itself is written then; what ends it at once (SIGKILL, a second signal,
 * want of memory) takes the last turn's lines with it. A disk that is full is no reason to end: lines wait for the next.
 */
function onceATurn(counts: LogCounts): DestinationStream {
  const output = pino.destination({ dest: 1, sync: true, maxLength: MAX_UNWRITTEN });
  output.on('error', () => undefined);
  output.on('drop', (lines: string) => {
    counts.lost += lines.split('\n').length - 1;
  });
  let lines = '';
  let isFirst = true;
  const flush = () => {
    const written = lines;
    lines = '';
    if (written !== '') output.write(written);
  };
  return {
    write: (line) => {
      if (isFirst) process.once('exit', flush);
      isFirst = false;
      if (lines === '') setImmediate(flush);
      lines += line;
      if (lines.length >= MAX_AT_ONCE) flush();
    },
  };
}

/** What is said of a defect that is no error: it may not even have a text. */
export const NO_ERROR = 'Something was thrown that is no error';

/**
 * Logs a defect whole: an error that nobody has thought of, or whatever else was thrown.
 * @param of the request that it was met with in; left out: nobody knows
 */
export function logDefect(
  { error: log }: Pick<Logger, 'error'>,
  error: unknown,
  of: Pick<LogFields, 'requestId' | 'traceId' | 'spanId'> = {},
): void {
  const { stack } = (error ?? {}) as { readonly stack?: unknown };
  log('unexpected error', {
    ...of,
    stack: typeof stack === 'string' ? stack : NO_ERROR,
  });
}
