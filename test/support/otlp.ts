import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { createWatchers } from './eventually.ts';
import { fieldsOf, type Fields } from './protobuf.ts';

type Value = string | number | boolean | readonly Value[];
type Attributes = Readonly<Record<string, Value>>;

/** A span as a collector was sent it. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Null: its trace begins with it. */
  readonly parentId: string | null;
  readonly traceState: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'unknown';
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly isError: boolean;
  /** Of whom it is. */
  readonly resource: Attributes;
}

const KINDS = ['unknown', 'internal', 'server', 'client'] as const;
/** `STATUS_CODE_ERROR`. */
const ERROR = 2n;

// The numbers of fields are those of opentelemetry-proto, which are there to stay.

function valueOf(value: Fields): Value {
  const [text] = value.texts(1);
  if (text !== undefined) return text;
  const [flag] = value.numbers(2);
  if (flag !== undefined) return flag === 1n;
  const [whole] = value.numbers(3);
  if (whole !== undefined) return Number(whole);
  const [double] = value.bytes(4);
  if (double !== undefined) return double.readDoubleLE();
  return value.messages(5).flatMap((list) => list.messages(1).map(valueOf));
}

function attributesOf(message: Fields, field: number): Attributes {
  const pairs = message.messages(field).map((pair) => {
    const [value] = pair.messages(2);
    return [pair.texts(1)[0] ?? '', value === undefined ? '' : valueOf(value)] as const;
  });
  return Object.fromEntries(pairs);
}

const hexOf = (message: Fields, field: number) => message.bytes(field)[0]?.toString('hex') ?? '';
const timeOf = (message: Fields, field: number) => message.bytes(field)[0]?.readBigUInt64LE() ?? 0n;

function spanOf(span: Fields, resource: Attributes): ReceivedSpan {
  return {
    traceId: hexOf(span, 1),
    spanId: hexOf(span, 2),
    traceState: span.texts(3)[0] ?? '',
    parentId: hexOf(span, 4) || null,
    name: span.texts(5)[0] ?? '',
    kind: KINDS[Number(span.numbers(6)[0] ?? 0n)] ?? 'unknown',
    startNs: timeOf(span, 7),
    endNs: timeOf(span, 8),
    attributes: attributesOf(span, 9),
    events: span
      .messages(11)
      .map((event) => ({ name: event.texts(2)[0] ?? '', attributes: attributesOf(event, 3) })),
    links: span.messages(13).map((link) => ({ traceId: hexOf(link, 1), spanId: hexOf(link, 2) })),
    isError: span.messages(15).some((status) => status.numbers(3).includes(ERROR)),
    resource,
  };
}

function spansIn(body: Buffer): ReceivedSpan[] {
  return fieldsOf(body)
    .messages(1)
    .flatMap((ofResource) => {
      const resource = Object.assign(
        {},
        ...ofResource.messages(1).map((one) => attributesOf(one, 1)),
      ) as Attributes;
      const spans = ofResource.messages(2).flatMap((ofScope) => ofScope.messages(2));
      return spans.map((span) => spanOf(span, resource));
    });
}

/** What came with a batch. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** As it was sent, unpacked. */
  readonly body: Buffer;
}

/** What a test may set up. */
export interface CollectorSetup {
  /** Answers in its place; left out: it takes all. */
  readonly answer?: (response: ServerResponse) => void;
  /** Left out: it speaks in the clear. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly requestCert?: boolean;
  };
}

const running: { stop(): Promise<void> }[] = [];

/** Stops all of them; for `afterEach`. */
export async function stopCollectors(): Promise<void> {
  for (const part of running.splice(0)) await part.stop();
}

/** A collector that takes traces by OTLP over HTTP, on a free port. */
export async function startCollector({ answer, tls }: CollectorSetup = {}) {
  const received: Received[] = [];
  const spans: ReceivedSpan[] = [];
  const watchers = createWatchers();
  const take = (request: IncomingMessage, response: ServerResponse) => {
    void buffer(request).then((sent) => {
      const { url: path = '', headers } = request;
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      received.push({ path, headers, body });
      spans.push(...spansIn(body));
      if (answer !== undefined) answer(response);
      else response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      watchers.notify();
    });
  };
  const server = tls === undefined ? createServer(take) : createSecureServer(tls, take);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    /** What it takes to trace all there is to this collector, at once. */
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_BSP_SCHEDULE_DELAY: '1' },
    spans: (): readonly ReceivedSpan[] => spans,
    received: (): readonly Received[] => received,
    /** Resolves once a span has come that is the one. */
    span: async (what: string, isIt: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> => {
      await watchers.until(
        () => `${what}, and has seen ${spans.map(({ name }) => name).join(', ')}`,
        () => spans.some(isIt),
      );
      const [span] = spans.filter(isIt);
      if (span === undefined) throw new Error(`There is no ${what}`);
      return span;
    },
    until: (what: string, condition: () => boolean) => watchers.until(what, condition),
  };
}
