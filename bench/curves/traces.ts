import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Finding } from '../table.ts';
import type { CurveOptions } from './curves.ts';
import { measureSwitch } from './switches.ts';

/** What it costs to trace every request, send its spans to a collector included, beside tracing none. */
export async function measureTraces(options: CurveOptions): Promise<Finding[]> {
  const collector = createServer((request, response) => {
    request.resume().once('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const on = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}` };
  const findings = await measureSwitch('traces', { on, off: {} }, options);
  collector.closeAllConnections();
  collector.close();
  return findings;
}
