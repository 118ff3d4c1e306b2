import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAuthority } from '../support/certificates.ts';
import { emptyFolder } from '../support/empty-folder.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { stopAll } from '../support/gateway.ts';
import { stopCollectors, type CollectorSetup } from '../support/otlp.ts';
import { named, startTraced, the } from '../support/traced.ts';

afterEach(stopAll);
afterEach(stopCollectors);

const LIST = '{ executions(page: { size: 1 }) { totalCount } }';
/** Less than what passes before it is tried again: it is tried once. */
const HASTY = { OTEL_EXPORTER_OTLP_TIMEOUT: '700' };
/** What neither answers nor ends. */
const SILENT: CollectorSetup = { answer: () => undefined };

/** What goes on answering as long as it is listened to. */
const TRICKLING: CollectorSetup = {
  answer: (response) => {
    const trickling = setInterval(() => response.write(' '), 50);
    response.once('close', () => {
      clearInterval(trickling);
    });
  },
};

/** What answers nobody until it is told to, and everybody at once from then on. */
function slowCollector() {
  const held: (() => void)[] = [];
  let isOpen = false;
  const answer: CollectorSetup['answer'] = (response) => {
    const end = () => response.writeHead(200).end();
    if (isOpen) end();
    else held.push(end);
  };
  const answerAll = () => {
    isOpen = true;
    for (const end of held.splice(0)) end();
  };
  return { answer, waiting: () => held.length, answerAll };
}

type Gateway = Awaited<ReturnType<typeof startTraced>>;

/** What the log says of traces. */
const toldBy = ({ logs }: Gateway) =>
  logs
    .map((line) => JSON.parse(line) as { level: number; msg: string; cause?: string })
    .filter(({ msg }) => msg.startsWith('traces'))
    .map(({ level, msg, cause }) => [level, msg, cause]);

const told = (gateway: Gateway, count: number) =>
  eventually('a line of the log', () => toldBy(gateway).length === count);

async function askOften({ query }: Gateway, times: number): Promise<void> {
  for (let time = 0; time < times; time++) expect((await query(LIST)).errors).toEqual([]);
}

/** Stops it, for as long as it waits for a collector that does not take what is left. */
async function stopInVain({ app, clock }: Gateway): Promise<void> {
  const stopping = app.stop();
  await clock.until((due) => due.includes(2000));
  clock.advance(2000);
  await stopping;
}

describe('a collector that', () => {
  test.each([
    [
      'is down',
      async () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(await freePort())}` }),
      {},
      'refused',
    ],
    [
      'refuses',
      () => ({}),
      { answer: (response) => response.writeHead(401).end('secret-of-the-collector') },
      'status 401',
    ],
    ['fails', () => ({}), { answer: (response) => response.writeHead(500).end() }, 'status 500'],
    ['is overloaded', () => ({}), { answer: (response) => response.writeHead(503).end() }, 'overloaded'],
    ['hangs', () => ({}), SILENT, 'timeout'],
  ] as [string, () => Record<string, string> | Promise<Record<string, string>>, CollectorSetup, string][])(
    '%s costs nobody anything, and is told of once',
    async (_case, env, collecting, cause) => {
      const gateway = await startTraced({ env: { ...HASTY, ...(await env()) } }, collecting);
      await askOften(gateway, 1);
      await told(gateway, 1);
      await askOften(gateway, 5);
      await gateway.app.stop();
      expect(toldBy(gateway)).toEqual([[40, 'traces cannot be sent', cause]]);
      expect(gateway.logs.join()).not.toContain('secret-of-the-collector');
    },
  );

  test('works again is told of when that has lasted', async () => {
    let status = 500;
    const answer: CollectorSetup['answer'] = (response) => response.writeHead(status).end();
    const gateway = await startTraced({}, { answer });
    await askOften(gateway, 1);
    await told(gateway, 1);
    status = 200;
    const before = gateway.collector.received().length;
    await askOften(gateway, 1);
    await gateway.collector.until('a batch', () => gateway.collector.received().length > before);
    expect(toldBy(gateway)).toHaveLength(1);
    gateway.clock.advance(60_000);
    await askOften(gateway, 1);
    await told(gateway, 2);
    expect(toldBy(gateway)[1]).toEqual([30, 'traces are sent again', undefined]);
  });

  test('hangs holds no more than what may wait for it', async () => {
    const slow = slowCollector();
    const env = { OTEL_BSP_MAX_QUEUE_SIZE: '8', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '4' };
    const gateway = await startTraced({ env }, slow);
    await askOften(gateway, 1);
    await gateway.collector.until('a batch', () => slow.waiting() === 1);
    const sent = gateway.collector.spans().length;
    await askOften(gateway, 20);
    slow.answerAll();
    const spans = await gateway.allSpans();
    // The rest of the first request, and eight of the sixty that came while nothing was taken.
    expect(spans.length).toBeLessThanOrEqual(sent + 8);
    expect(spans.length).toBeGreaterThanOrEqual(8);
  });

  test('hangs is not waited for at the end', async () => {
    const env = { OTEL_EXPORTER_OTLP_TIMEOUT: '3000', OTEL_BSP_EXPORT_TIMEOUT: '3000' };
    const gateway = await startTraced({ env }, SILENT);
    await askOften(gateway, 1);
    await gateway.collector.until('a batch', () => gateway.collector.received().length > 0);
    await stopInVain(gateway);
    expect(toldBy(gateway)).toEqual([]);
  });

  test('trickles is told of once, and is not waited for at the end', async () => {
    const gateway = await startTraced({ env: { OTEL_BSP_EXPORT_TIMEOUT: '300' } }, TRICKLING);
    await askOften(gateway, 1);
    await told(gateway, 1);
    await askOften(gateway, 1);
    await stopInVain(gateway);
    expect(toldBy(gateway)).toEqual([[40, 'traces cannot be sent', 'timeout']]);
  });
});

describe('what is sent', () => {
  test('is all there is, when the gateway stops', async () => {
    const gateway = await startTraced({ env: { OTEL_BSP_SCHEDULE_DELAY: '600000' } });
    await askOften(gateway, 3);
    expect(gateway.collector.spans()).toEqual([]);
    expect(named(await gateway.allSpans(), 'POST /graphql')).toHaveLength(3);
  });

  test('is all there is, also in more batches than are sent at once', async () => {
    const slow = slowCollector();
    const gateway = await startTraced({ env: { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1' } }, slow);
    await askOften(gateway, 15);
    await gateway.collector.until('a batch', () => slow.waiting() === 1);
    const stopping = gateway.app.stop();
    slow.answerAll();
    await stopping;
    const spans = gateway.collector.spans();
    expect(spans.length).toBeGreaterThan(40);
    expect(named(spans, 'POST /graphql')).toHaveLength(15);
    expect(toldBy(gateway)).toEqual([]);
  });

  test('goes where, how and as whose the variables say', async () => {
    const gateway = await startTraced({
      env: {
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key,both=one',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'both=two',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_SERVICE_NAME: 'run-history',
        OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=pre%2Dproduction',
      },
    });
    await askOften(gateway, 1);
    const spans = await gateway.allSpans();
    expect(gateway.collector.received()[0]).toMatchObject({
      path: '/v1/traces',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'gzip',
        'api-key': 'a key',
        both: 'two',
      },
    });
    expect(the(spans, 'POST /graphql').resource).toMatchObject({
      'service.name': 'run-history',
      'deployment.environment.name': 'pre-production',
    });
  });

  test('goes to the address for traces as it is', async () => {
    const gateway = await startTraced();
    const other = await startTraced({
      env: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${gateway.collector.url}/otlp/mine` },
    });
    await askOften(other, 1);
    await other.app.stop();
    expect(other.collector.received()).toEqual([]);
    expect(gateway.collector.received()[0]?.path).toBe('/otlp/mine');
  });

  test('goes over TLS to whom the certificates say, and to nobody else', async () => {
    const authority = createAuthority();
    const folder = await emptyFolder('collector');
    const file = async (name: string, text: string) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      return file;
    };
    const notAfter = new Date(Date.now() + 3_600_000);
    const own = authority.issue({ host: '127.0.0.1', notAfter });
    const mine = authority.issue({ host: 'gateway.example', notAfter });
    const tls = { ...own, ca: authority.cert, requestCert: true };

    const stranger = await startTraced({ env: HASTY }, { tls });
    await askOften(stranger, 1);
    await told(stranger, 1);
    expect(toldBy(stranger)).toEqual([[40, 'traces cannot be sent', 'tls']]);

    const gateway = await startTraced(
      {
        env: {
          OTEL_EXPORTER_OTLP_CERTIFICATE: await file('ca.pem', authority.cert),
          OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: await file('cert.pem', mine.cert),
          OTEL_EXPORTER_OTLP_CLIENT_KEY: await file('key.pem', mine.key),
        },
      },
      { tls },
    );
    await askOften(gateway, 1);
    expect(named(await gateway.allSpans(), 'POST /graphql')).toHaveLength(1);
  });
});
