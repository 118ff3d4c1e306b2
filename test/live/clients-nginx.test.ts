import { afterEach, expect, test } from '@jest/globals';
import { GOES_ON, stopBehind, watchBehind } from '../support/live-behind.ts';
import { CLIENTS } from '../support/live-clients.ts';

afterEach(stopBehind);

test.each(CLIENTS.filter(({ isLasting, isSticky }) => isLasting && !isSticky))(
  '$name goes on behind nginx',
  async (client) => {
    expect(await watchBehind('nginx', client)).toEqual(GOES_ON);
  },
);
