import { createApp } from '../../src/app.ts';
import { systemClock, type Clock } from '../../src/clock.ts';
import { loadConfig } from '../../src/config.ts';
import { DIRECT } from '../support/settings.ts';
import type { GatewayAnswer } from './answer.ts';

/** No answer is late, however busy the machine is. */
const PATIENT: Clock = {
  ...systemClock,
  after: (delayMs, callback) => systemClock.after(delayMs * 100, callback),
};

/** A real gateway on a free port, in front of this upstream. It needs no test runner around it, and no sandbox. */
export async function startBareGateway(upstreamUrl: string, maxPageSize: number) {
  const config = loadConfig({
    PORT: '0',
    NODE_ENV: 'test',
    UPSTREAM_URL: upstreamUrl,
    MAX_PAGE_SIZE: String(maxPageSize),
    // The rows change between two questions.
    ...DIRECT,
  });
  const app = await createApp(config, { clock: PATIENT, logDestination: { write: () => undefined } });
  const url = await app.start();

  return {
    stop: () => app.stop(),
    /** Asks for a linked account. */
    query: async (
      account: string,
      text: string,
      variables: Readonly<Record<string, unknown>>,
    ): Promise<GatewayAnswer> => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-api-key': 'tk_foreign',
          linked_account_id: account,
        },
        body: JSON.stringify({ query: text, variables }),
      });
      const body = (await response.json()) as Omit<GatewayAnswer, 'errors'> & Partial<GatewayAnswer>;
      return { ...body, errors: body.errors ?? [] };
    },
  };
}
