/** A stream that a client takes in place of one answer. */
export interface WantedStream {
  readonly transport: 'sse' | 'multipart';
  /** Whether it takes nothing else, not for a query either. */
  readonly isOnly: boolean;
}

const JSON_TYPES = new Set(['*/*', 'application/*', 'application/json', 'application/graphql-response+json']);

const MAY_NAME_ONE = /event-stream|multipart/i;

/** Reads from an `Accept` which stream is wanted, the first that it names; null: none. */
export function wantedStream(accept: string | undefined): WantedStream | null {
  // Most clients name none.
  if (accept === undefined || !MAY_NAME_ONE.test(accept)) return null;
  const types = accept.split(',').map(typeOf).filter(isAccepted);
  const transport = types.map(transportOf).find((one) => one !== null) ?? null;
  return (
    transport && { transport, isOnly: transport === 'sse' && !types.some(({ name }) => JSON_TYPES.has(name)) }
  );
}

/** A media type, and its parameters. */
interface MediaType {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function typeOf(text: string): MediaType {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  return { name, parameters: new Map(parameters.map(parameterOf)) };
}

function parameterOf(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=').map((part) => part.trim());
  return [name, value.replace(/^["'](.*)["']$/, '$1')];
}

function isAccepted({ parameters }: MediaType): boolean {
  return Number(parameters.get('q') ?? 1) > 0;
}

function transportOf({ name, parameters }: MediaType): WantedStream['transport'] | null {
  if (name === 'text/event-stream') return 'sse';
  return name === 'multipart/mixed' && parameters.get('subscriptionspec') === '1.0' ? 'multipart' : null;
}
