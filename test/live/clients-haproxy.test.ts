import { afterEach, expect, test } from '@jest/globals';
import { GOES_ON, stopBehind, watchBehind } from '../support/live-behind.ts';
import { CLIENTS } from '../support/live-clients.ts';

afterEach(stopBehind);

const toOneReplica = (config: string) => config.replace('balance leastconn', 'balance hdr(authorization)');

test.each(CLIENTS.filter(({ isLasting }) => isLasting))('$name goes on behind haproxy', async (client) => {
  const change = client.isSticky ? toOneReplica : undefined;
  expect(await watchBehind('haproxy', client, change)).toEqual(GOES_ON);
});
