/**
 * What a span may say. The names are the allow-list, as the fields of a log line are: credentials, linked accounts, ids,
 * variables and what a query asks for have no name to be under. docs/tracing.md tells what each of them means.
 */
export interface SpanAttributes {
  readonly 'http.request.method'?: string;
  /** The route's pattern, never the path that was asked for. */
  readonly 'http.route'?: string;
  /** The same: the routes that are traced have no placeholders. */
  readonly 'url.path'?: string;
  readonly 'url.scheme'?: string;
  readonly 'network.protocol.version'?: string;
  readonly 'http.response.status_code'?: number;
  /** How often it was sent before. */
  readonly 'http.request.resend_count'?: number;
  /** The path with its placeholders. */
  readonly 'url.template'?: string;
  readonly 'server.address'?: string;
  readonly 'server.port'?: number;
  /** Why it failed: a status, an error code of the gateway, or a cause as it stands in the log. */
  readonly 'error.type'?: string;
  readonly 'graphql.operation.name'?: string;
  readonly 'graphql.operation.type'?: string;
  readonly 'db.system.name'?: string;
  /** The command; never a key or a value. */
  readonly 'db.operation.name'?: string;
  /** `executed`, `remembered` or `shared`. */
  readonly 'refold.answer'?: string;
  /** In upstream calls. */
  readonly 'refold.cost.requested'?: number;
  readonly 'refold.cost.actual'?: number;
  readonly 'refold.cache.hits'?: number;
  readonly 'refold.coalesced'?: number;
  /** Milliseconds: the longest wait for the rate. */
  readonly 'refold.rate.waited_ms'?: number;
  readonly 'refold.error.codes'?: string[];
  /** `interactive` or `background`. */
  readonly 'refold.priority'?: string;
  readonly 'refold.cache.outcome'?: string;
  readonly 'refold.live.what'?: string;
  readonly 'refold.bulk.kind'?: string;
  readonly 'refold.bulk.items'?: number;
  readonly 'refold.bulk.state'?: string;
  readonly 'refold.webhook.event'?: string;
  readonly 'refold.webhook.outcome'?: string;
}

/** What can happen within a span. */
export type SpanEvent = 'cache' | 'coalesced';

/** The names of spans that are no method and route, and no command of Redis. */
export const SPANS = {
  /** Until it is known whether it is a `query`, a `mutation` or a `subscription`: that is its name then. */
  operation: 'GraphQL Operation',
  wait: 'rate limit wait',
  reading: 'live reading',
  job: 'bulk job',
  refresh: 'cache refresh',
} as const;

/** What an attribute may be. */
export type AttributeValue = string | number | string[];
/** What is said of a span or an event, by the names of it. */
export type Attributes = Record<string, AttributeValue>;

/** Of a text, in characters. How many attributes there can be, their names tell. */
const MAX_TEXT = 1024;

/** Adds what is said, without what is left out, and no more of a text than is kept. */
export function addAttributes(attributes: Attributes, told: SpanAttributes): void {
  for (const name in told) {
    const value = told[name as keyof SpanAttributes];
    if (value === undefined) continue;
    attributes[name] =
      typeof value === 'string' && value.length > MAX_TEXT ? value.slice(0, MAX_TEXT) : value;
  }
}

/** Attributes that many spans say alike, and are written once for all of them. A span says nothing else by these names. */
export class CommonAttributes {
  readonly attributes: Attributes = {};
  /** As they stand in a span; null: they have not been written. */
  bytes: Buffer | null = null;

  constructor(told: SpanAttributes) {
    addAttributes(this.attributes, told);
  }
}
