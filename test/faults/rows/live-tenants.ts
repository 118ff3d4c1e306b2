import { expect } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Sandbox } from '../../../sandbox/server.ts';
import { createAudience } from '../../support/audience.ts';
import { account } from '../../support/budget.ts';
import { createFakeClock, createSandboxClock } from '../../support/fake-clock.ts';
import type { Gateway } from '../../support/gateway.ts';
import { leaveAll, untilAllWatch, untilViewers, watchList } from '../../support/list-viewers.ts';
import { answeredBy, passTicks } from '../../support/live-time.ts';
import { numbers } from '../../support/numbers.ts';
import { list } from '../../support/sandbox.ts';
import { postWebhook, runEvent, WEBHOOKS_ON } from '../../support/webhooks.ts';
import type { Row } from '../row.ts';
import type { World } from '../world.ts';

/** One linked account, and two ways of signing in for it. */
interface Tenant {
  readonly name: string;
  readonly key: Readonly<Record<string, string>>;
  readonly session: Readonly<Record<string, string>>;
}

const TENANTS: readonly Tenant[] = numbers(1, 8).map((number) => {
  const key = account(number);
  const name = key['linked_account_id'] ?? '';
  return {
    name,
    key,
    session: { authorization: `Bearer session-${['', 'demo', 'other'][number] ?? String(number)}` },
  };
});
/** As upstream tells of changes by itself, the pace is three times that. */
const TICK_MS = 6000;
const ENV = { ...WEBHOOKS_ON, LIVE_FAST_MS: '2000', LIVE_SLOW_MS: '2000', UPSTREAM_TIMEOUT_MS: '600000' };
const RUN = 'subscription ($id: ID!) { executionChanged(id: $id) { id status } }';

/** What somebody is told who watches single runs: ids, or null for a run that is not theirs. */
function watchRuns(world: World, { url }: Gateway, headers: Tenant['key'], ids: readonly string[]) {
  const told: (string | null)[] = [];
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: headers,
    retryAttempts: 0,
  });
  for (const id of ids) {
    client.subscribe<{ executionChanged: { id: string } | null }>(
      { query: RUN, variables: { id } },
      {
        next: ({ data }) => void told.push(data?.executionChanged?.id ?? null),
        error: () => undefined,
        complete: () => undefined,
      },
    );
  }
  world.onEnd(() => client.dispose());
  return told;
}

/** Learns whose the newest runs are, from the sandbox's own data. */
async function learnOwners(sandbox: Sandbox, owners: Map<string, string>): Promise<void> {
  for (const { name, key } of TENANTS) {
    for (const { _id } of (await list(sandbox, 'limit=100', key)).docs) owners.set(_id, name);
  }
}

/** A change that upstream tells of by itself, now and then of a run that is not that account's. */
async function tellOne(
  { random }: World,
  gateway: Gateway,
  runs: ReadonlyMap<string, string>,
): Promise<void> {
  const [id, owner] = random.pick([...runs]);
  const name = random.chance(0.2) ? random.pick(TENANTS).name : owner;
  const { status } = await postWebhook(
    gateway.url,
    runEvent({ linked_account_id: name, instance_id: id, workflow_id: random.hex(24) }),
  );
  expect(status).toBe(200);
}

/** Somebody goes on with a cursor; answers the code of the error, or null. */
async function codeOfResuming({ url }: Gateway, headers: Tenant['key'], after: string): Promise<unknown> {
  const viewer = watchList(url, { headers, after, resuming: 'by cursor' });
  await untilViewers('an answer', () => viewer.last() !== null || viewer.failure() !== null);
  const failure = viewer.failure() as readonly { readonly extensions: { readonly code: string } }[] | null;
  viewer.leave();
  return failure?.[0]?.extensions.code ?? null;
}

/** A cursor is good for its account, however one signs in for it, and for nobody else. */
async function expectCursorsApart(gateway: Gateway, cursors: readonly string[]): Promise<void> {
  for (const [nth, { key, session }] of TENANTS.entries()) {
    const [own = '', foreign = ''] = [cursors[nth], cursors[(nth + 1) % TENANTS.length]];
    for (const headers of [key, session]) {
      expect(await codeOfResuming(gateway, headers, own)).toBeNull();
      const answered = answeredBy(gateway.sandbox);
      expect(await codeOfResuming(gateway, headers, foreign)).toBe('BAD_USER_INPUT');
      expect(answeredBy(gateway.sandbox)).toBe(answered);
    }
  }
}

/** All who watch, and whose runs each of them may be told of. */
function watchAll({ url }: Gateway) {
  const watch = (tenant: Tenant, headers: Tenant['key'], filter?: Readonly<Record<string, unknown>>) =>
    watchList(url, { headers, account: tenant.name, ...(filter && { filter }) });
  const whole = TENANTS.flatMap((tenant) => [
    watch(tenant, tenant.key),
    watch(tenant, tenant.key),
    watch(tenant, tenant.session),
  ]);
  const parts = TENANTS.map((tenant) => watch(tenant, tenant.key, { status: ['RUNNING', 'ERRORED'] }));
  return { whole, all: [...whole, ...parts] };
}

/** Eight accounts are watched at once, in several ways, until so many changes were told. */
async function eightWatch(world: World, eventCount: number) {
  const { random } = world;
  const clock = createFakeClock();
  const setup = { accounts: TENANTS.length, executions: 10, clock: createSandboxClock() };
  const gateway = await world.gateway({ clock, env: ENV, sandbox: setup });
  const { sandbox } = gateway;
  world.onEnd(leaveAll);
  const owners = new Map<string, string>();
  const keys = TENANTS.map(({ key }) => key);
  const { whole, all } = watchAll(gateway);
  const audience = createAudience(sandbox, keys, whole);
  const pass = (waiting: Promise<void>) => passTicks(clock, sandbox, waiting, TICK_MS);
  await untilAllWatch(all);

  const long = audience.begin(1e9);
  const ofRuns = TENANTS.map(({ name, key, session }, nth) => {
    const foreign = TENANTS[(nth + 1) % TENANTS.length]?.name ?? '';
    const ids = [long.get(name) ?? '', long.get(foreign) ?? ''];
    return { own: ids[0], told: [key, session].map((headers) => watchRuns(world, gateway, headers, ids)) };
  });
  const strays = () =>
    all.flatMap(({ told, account: name }) => [...told.states.keys()].filter((id) => owners.get(id) !== name));
  const events = () => all.reduce((sum, { told }) => sum + told.events(), 0);
  while (events() < eventCount) {
    for (let nth = random.below(3); nth >= 0; nth--) audience.begin(1000 * (1 + random.below(4)));
    sandbox.advanceClock(1000);
    await learnOwners(sandbox, owners);
    for (let nth = random.below(6); nth > 0; nth--) await tellOne(world, gateway, owners);
    await pass(audience.untilAllKnow());
    expect(strays()).toEqual([]);
  }
  sandbox.advanceClock(1e9);
  await pass(audience.untilAllKnow());
  expect(strays()).toEqual([]);
  audience.expectRight();
  for (const { own, told } of ofRuns) {
    for (const ids of told) expect(ids.toSorted()).toEqual([own, own, null].toSorted());
  }
  await expectCursorsApart(
    gateway,
    TENANTS.map(({ name }) => whole.find(({ account: of }) => of === name)?.last()?.cursor ?? ''),
  );
  return { retries: 0 };
}

const row = (eventCount: number): Row => ({
  number: '38',
  fault: `eight accounts are watched at once, ${eventCount.toLocaleString('en')} changes`,
  right: 'nobody is told of a run of another account, or goes on with its cursor',
  retries: 0,
  boundMs: null,
  isRandom: true,
  run: (world) => eightWatch(world, eventCount),
});

/** Accounts that are watched at once. */
export const LIVE_TENANTS: readonly Row[] = [row(3000), { ...row(100_000), isLong: true }];
