import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { killAll, startMain } from '../support/gateway-process.ts';
import { startCollector, stopCollectors } from '../support/otlp.ts';

afterEach(killAll);
afterEach(stopCollectors);

/** Tells its parent each module of OpenTelemetry that is loaded. */
const TELL_LOADED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load: (url, context, next) => {
      // prom-client brings the API, which does nothing by itself.
      if (/@opentelemetry\\/(?!api\\/)/.test(url)) process.send(url);
      return next(url, context);
    },
  });
`)}`;

/** Starts a gateway, asks it something that needs no sign-in, and stops it; answers what of OpenTelemetry it has loaded. */
async function runOnce(env: Record<string, string>) {
  const loaded: string[] = [];
  const { child, url, exited } = await startMain({ AUTH_API_KEY: 'true', ...env }, TELL_LOADED);
  child.on('message', (module) => loaded.push(module as string));
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  const answer: unknown = await response.json();
  child.kill('SIGTERM');
  return { loaded, answer, exited: await exited };
}

test('nothing of OpenTelemetry’s SDK is loaded where tracing is off', async () => {
  const { loaded, answer, exited } = await runOnce({});
  expect(loaded).toEqual([]);
  expect(answer).toMatchObject({ data: { __typename: 'Query' } });
  expect(exited[0]).toBe(0);
});

test('where it is on, the process ends though its collector hangs, and answers of production tell no id', async () => {
  const collector = await startCollector({ answer: () => undefined });
  const { loaded, answer, exited } = await runOnce({
    ...collector.env,
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
    OTEL_BSP_EXPORT_TIMEOUT: '600000',
  });
  await eventually('a batch', () => collector.received().length > 0);
  expect(loaded.some((module) => module.includes('/sdk-trace/'))).toBe(true);
  expect(answer).not.toHaveProperty('extensions.traceId');
  expect(exited[0]).toBe(0);
});
