import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startBabbler } from '../support/redis-babbler.ts';
import { createRedisServer, type RedisServer } from '../support/redis-server.ts';
import { createSharing, stopSharing } from '../support/sharing.ts';

/** So long that Redis does not count as away because the machine is busy. */
const PATIENT_MS = 2000;
const UPSTREAM = 'https://upstream.example';

let server: RedisServer;

beforeEach(async () => {
  server = await createRedisServer();
  await server.start();
});

afterEach(async () => {
  await stopSharing();
  await server.kill();
});

/** A replica that has started, all that it has heard, and what its log says. */
async function startReplica({ url = server.url, upstreamUrl = UPSTREAM } = {}) {
  const logs: string[] = [];
  const log =
    (level: string) =>
    (message: string, { cause = '' } = {}) =>
      void logs.push(`${level} ${message} ${cause}`);
  const logger = { info: log('info'), warn: log('warn'), error: log('error'), debug: log('debug') };
  const redis = createSharing({ url, upstreamUrl, commandTimeoutMs: PATIENT_MS, logger });
  const heard: unknown[] = [];
  redis.hints.onMessage((message) => void heard.push(message));
  await redis.start();
  return { redis, hints: redis.hints, heard, logs };
}

type Replica = Awaited<ReturnType<typeof startReplica>>;

let lastNumber = 0;

/** Resolves once one hears what the other tells now, whatever it has heard before. */
async function reaches(from: Replica, to: Replica): Promise<void> {
  const before = lastNumber;
  await eventually('a hint to be heard', () => {
    lastNumber += 1;
    from.hints.publish({ number: lastNumber });
    return to.heard.some((hint) => Number((hint as { number?: number }).number) > before);
  });
}

/** Publishes for whoever is subscribed. */
const shout = (text: string) =>
  server.run(async (client) => {
    const [channel = ''] = (await client.pubsub('CHANNELS', '*')) as string[];
    return client.publish(channel, text);
  });

test('all other replicas hear a hint, and not the one that tells it', async () => {
  const [one, two, three] = [await startReplica(), await startReplica(), await startReplica()];
  one.hints.publish({ changed: 'a' });
  two.hints.publish({ changed: 'b' });
  await eventually('both hints', () => three.heard.length === 2);
  await eventually('the hint of the other', () => one.heard.length + two.heard.length === 2);
  expect(three.heard).toEqual(expect.arrayContaining([{ changed: 'a' }, { changed: 'b' }]));
  expect([one.heard, two.heard]).toEqual([[{ changed: 'b' }], [{ changed: 'a' }]]);
});

test('a hint tells how long ago it was told, by the time of Redis', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  const heard: number[] = [];
  two.hints.onMessage((_message, agoMs) => void heard.push(agoMs));
  one.hints.publish({ changed: 'a' });
  await eventually('a hint', () => heard.length === 1);
  const atRedis = { from: 'x', hint: {} };
  await shout(JSON.stringify({ ...atRedis, at: 0 }));
  await shout(JSON.stringify({ ...atRedis, at: Date.now() + 3_600_000 }));
  await shout(JSON.stringify(atRedis));
  await eventually('all of them', () => heard.length === 4);
  const [told = 0, ...others] = heard;
  expect(told).toBeGreaterThanOrEqual(5);
  expect(told).toBeLessThanOrEqual(1000);
  // From long ago, from the future, and from nobody knows when.
  expect(others).toEqual([1000, 5, 0]);
});

test('replicas in front of another upstream hear nothing of it', async () => {
  const one = await startReplica();
  const two = await startReplica();
  const other = await startReplica({ upstreamUrl: 'https://other.example' });
  one.hints.publish({ changed: 'a' });
  await eventually('the hint', () => two.heard.length === 1);
  expect(other.heard).toEqual([]);
  expect(await server.run((client) => client.pubsub('CHANNELS', '*'))).toEqual([
    expect.stringMatching(/^refold-gateway:\{[\w-]{16}\}:hints$/),
    expect.stringMatching(/^refold-gateway:\{[\w-]{16}\}:hints$/),
  ]);
});

test('a Redis that is killed and started again carries hints again', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  await server.kill();
  one.hints.publish({ isLost: true });
  await server.start();
  await reaches(one, two);
  expect(two.heard).not.toContainEqual({ isLost: true });
  expect([...one.logs, ...two.logs].join()).not.toContain('subscription');
});

test('a subscription that was broken off comes back', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  expect(await server.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))).toBe(2);
  await reaches(one, two);
  await reaches(two, one);
});

test('a Redis that hangs is left for one that does not', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  server.freeze();
  one.hints.publish({ isLate: true });
  await eventually('Redis to be away', () => one.redis.connection.awayMs() > 0);
  server.thaw();
  await reaches(one, two);
  // What was told meanwhile may be heard as well, before or after it.
  expect(two.heard).toContainEqual({ number: expect.any(Number) as unknown });
});

test('what is no Redis any more is left alone, and gone back to', async () => {
  const babbler = await startBabbler(server.url);
  try {
    const [one, two] = [await startReplica({ url: babbler.url }), await startReplica()];
    babbler.babble(true);
    await eventually('Redis to be away', () => one.redis.connection.awayMs() > 0);
    babbler.babble(false);
    await reaches(one, two);
    await reaches(two, one);
    expect(one.logs.join()).not.toContain('error');
  } finally {
    await babbler.stop();
  }
});

test('what others publish harms nobody', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  const garbage = [
    '',
    '\0',
    'no JSON',
    '{',
    '"text"',
    '[]',
    'null',
    '{}',
    '{"from":7,"hint":1}',
    '[['.repeat(2000),
  ];
  for (const text of garbage) expect(await shout(text)).toBe(2);
  expect(await shout(JSON.stringify({ from: 'x', hint: 'x'.repeat(1_048_576) }))).toBe(2);
  one.hints.publish({ changed: 'a' });
  await eventually('the hint', () => two.heard.length === 1);
  expect(two.heard).toEqual([{ changed: 'a' }]);
  expect(two.logs).toEqual([]);
});

test('what is too long is not told', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  one.hints.publish({ changed: 'x'.repeat(4096) });
  one.hints.publish({ changed: 'x'.repeat(4000) });
  await eventually('a hint', () => two.heard.length > 0);
  expect(two.heard).toEqual([{ changed: 'x'.repeat(4000) }]);
});

test('whoever fails at a hint keeps nobody else from it', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  const heard: unknown[] = [];
  two.hints.onMessage(() => {
    throw new Error('unexpected');
  });
  two.hints.onMessage((message) => void heard.push(message));
  one.hints.publish({ changed: 'a' });
  await eventually('the hint', () => heard.length === 1);
  expect(two.logs).toEqual([expect.stringContaining('error unexpected error')]);
});

test('a user that may use no channel uses all the rest, and the log says so once', async () => {
  await server.run((client) =>
    client.call('ACL', 'SETUSER', 'quiet', 'on', '>secret', '~*', '+@all', 'resetchannels'),
  );
  const url = server.url.replace('//', '//quiet:secret@');
  const [one, two] = [await startReplica({ url }), await startReplica({ url })];
  one.hints.publish({ changed: 'a' });
  await eventually('a line of the log', () => one.logs.length > 0 && two.logs.length > 0);
  expect(one.logs).toEqual(['warn The subscription to Redis is away auth']);
  expect(await one.redis.connection.attempt((redis) => redis.ping())).toBe('PONG');
  expect(two.heard).toEqual([]);

  await server.run((client) => client.call('ACL', 'SETUSER', 'quiet', 'allchannels'));
  await reaches(one, two);
});

test('without a Redis nobody waits, and nothing fails', async () => {
  await server.kill();
  const one = await startReplica();
  one.hints.publish({ changed: 'a' });
  expect(one.logs).toEqual(['warn Redis is away refused']);
  await server.start();
  const two = await startReplica();
  await reaches(one, two);
  await reaches(two, one);
});

test('that nothing is heard any more is known at once, each time', async () => {
  const [one, two] = [await startReplica(), await startReplica()];
  let times = 0;
  one.hints.onDeaf(() => {
    throw new Error('unexpected');
  });
  one.hints.onDeaf(() => void (times += 1));
  await server.run((client) => client.call('CLIENT', 'KILL', 'TYPE', 'pubsub'));
  await eventually('the loss to be known', () => times === 1);
  await reaches(two, one);
  await server.kill();
  await eventually('the next loss to be known', () => times > 1);
  expect(times).toBe(2);
});
