import { afterEach, describe, expect, test } from '@jest/globals';
import { cursorOf } from '../../src/lists/cursor.ts';
import { DEMO, DEMO_SESSION, OTHER, stopAll } from '../support/gateway.ts';
import {
  EXECUTIONS,
  WORKFLOWS,
  type Listed,
  gatewayOver,
  allCursors,
  expectRefused,
} from '../support/paging.ts';

afterEach(stopAll);

describe('paging arguments that are refused without a call', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ page: {}, first: 5 }, 'page'],
    [{ page: {}, last: 5 }, 'page'],
    [{ page: { number: 2 }, after: 'x' }, 'page'],
    [{ page: { size: 5 }, before: 'x' }, 'page'],
    [{ first: 5, last: 5 }, 'first'],
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ first: 1.5 }, 'first'],
    [{ first: 2 ** 31 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ last: -1 }, 'last'],
    [{ last: 101 }, 'last'],
    [{ last: '5' }, 'last'],
  ])('executions(%j)', async (variables, argument) => {
    await expectRefused(await gatewayOver(5), EXECUTIONS, variables, argument);
  });

  test.each<[Record<string, unknown>, string]>([
    [{ page: {}, first: 5 }, 'page'],
    [{ page: {}, after: 'x' }, 'page'],
    [{ page: { size: 0 } }, 'page.size'],
    [{ page: { size: 101 } }, 'page.size'],
    [{ page: { number: 0 } }, 'page.number'],
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ after: '' }, 'after'],
  ])('workflows(%j)', async (variables, argument) => {
    await expectRefused(await gatewayOver(5), WORKFLOWS, variables, argument);
  });

  test('page, with nulls for the Relay arguments, is no mix', async () => {
    const { query } = await gatewayOver(5);
    const nulls = { first: null, after: null, last: null, before: null };
    const { errors, data } = await query<Listed>(EXECUTIONS, { page: { size: 2 }, ...nulls });
    expect([errors, data.list.nodes.length]).toEqual([[], 2]);
  });

  test('cursors of other lists', async () => {
    const gateway = await gatewayOver(100);
    const cursorIn = async (text: string, variables: Record<string, unknown>) => {
      const { data } = await gateway.query<Listed>(text, { first: 1, ...variables });
      return String(data.list.pageInfo.startCursor);
    };
    const foreign = await Promise.all([
      cursorIn(EXECUTIONS, { filter: { status: ['ERRORED'] } }),
      cursorIn(EXECUTIONS, { filter: { startDate: '2023-01-01' } }),
      cursorIn(EXECUTIONS, { filter: { applicationSlugs: ['slack'] } }),
      cursorIn(EXECUTIONS, { sort: 'ASC' }),
      cursorIn(WORKFLOWS, {}),
    ]);
    const own = await cursorIn(EXECUTIONS, {});
    expect(new Set([own, ...foreign]).size).toBe(6);
    for (const cursor of foreign) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: cursor }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: cursor }, 'before');
    }
    await expectRefused(gateway, EXECUTIONS, { after: own, filter: { status: ['RUNNING'] } }, 'after');
    await expectRefused(gateway, EXECUTIONS, { after: own, sort: 'ASC' }, 'after');
    await expectRefused(gateway, WORKFLOWS, { after: own }, 'after');
    const { errors } = await gateway.query(EXECUTIONS, {
      after: own,
      filter: { status: null },
      sort: 'DESC',
    });
    expect(errors).toEqual([]);
  });

  test('no cursors of the same slugs in another order', async () => {
    const gateway = await gatewayOver(100);
    const slugs = ['slack', 'hubspot', 'notion'];
    const { data } = await gateway.query<Listed>(EXECUTIONS, {
      first: 1,
      filter: { applicationSlugs: slugs },
    });
    const { endCursor: after } = data.list.pageInfo;
    for (const applicationSlugs of [slugs.toReversed(), slugs.toSorted(), [...slugs, 'slack']]) {
      const next = await gateway.query<Listed>(EXECUTIONS, { after, filter: { applicationSlugs } });
      expect(next.errors).toEqual([]);
    }
    const fewer = { after, filter: { applicationSlugs: slugs.slice(1) } };
    await expectRefused(gateway, EXECUTIONS, fewer, 'after');
  });

  test('cursors of another linked account, but not those of another token or key for the same', async () => {
    const gateway = await gatewayOver(60);
    const OTHER_SESSION = { authorization: 'Bearer session-other' };
    const cursorFor = async (headers: Record<string, string>) =>
      (await gateway.query<Listed>(EXECUTIONS, { first: 3 }, headers)).data.list.pageInfo.endCursor;
    const cursors = [await cursorFor(DEMO), await cursorFor(DEMO_SESSION)];
    const callsOf = async (after: string | null, headers: Record<string, string>) => {
      gateway.sandbox.reset();
      const { errors, data } = await gateway.query<{ list: Listed['list'] | null }>(
        EXECUTIONS,
        { first: 3, after },
        headers,
      );
      return { codes: errors.map(({ extensions: { code } }) => code), rows: data.list?.nodes.length ?? 0 };
    };
    const refused = { codes: ['BAD_USER_INPUT'], rows: 0 };
    for (const after of cursors) {
      expect(await callsOf(after, DEMO)).toEqual({ codes: [], rows: 3 });
      expect(await callsOf(after, DEMO_SESSION)).toEqual({ codes: [], rows: 3 });
      expect(await callsOf(after, OTHER)).toEqual(refused);
      expect(gateway.sandbox.requests()).toEqual([]);
    }
    // Nothing tells whose a token is before it has been shown a row.
    expect(await callsOf(cursors[0] ?? null, OTHER_SESSION)).toEqual(refused);
    expect(gateway.sandbox.requests()).toHaveLength(1);
    await cursorFor(OTHER_SESSION);
    expect(await callsOf(cursors[0] ?? null, OTHER_SESSION)).toEqual(refused);
    expect(gateway.sandbox.requests()).toEqual([]);
  });

  test('tampered cursors', async () => {
    const gateway = await gatewayOver(30);
    const [cursor = ''] = (await allCursors(gateway, 10)).slice(12);
    const flipped = Array.from(
      cursor,
      (letter, at) => cursor.slice(0, at) + (letter === 'A' ? 'B' : 'A') + cursor.slice(at + 1),
    );
    const others = [
      '',
      ' ',
      'x',
      '12',
      '0',
      '-1',
      cursor.slice(0, -1),
      cursor.slice(1),
      cursor + 'A',
      cursor + '=',
      ` ${cursor}`,
      cursor + cursor,
      cursor.toLowerCase(),
      'A'.repeat(100_000),
      cursor + 'A'.repeat(100_000),
      '\u0000',
      '💥',
      "' or 1=1 --",
      '../..',
    ];
    const tampered = [...flipped, ...others].filter((one) => one !== cursor);
    expect(tampered.length).toBeGreaterThan(cursor.length);
    for (const one of tampered) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: one }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: one }, 'before');
    }
  });

  test('forged cursors of places that no list has', async () => {
    const gateway = await gatewayOver(30);
    const binding = JSON.stringify({ executions: {}, sort: 'DESC' });
    const cursors = await allCursors(gateway, 10);
    const forged = (position: number) =>
      cursorOf(binding, {
        places: [{ upTo: position + 1, told: 30 }],
        list: 0,
        date: 0,
        time: 0,
        id: 'x',
        owner: null,
      });
    const [date, time, id, owner, list, upTo, told] = JSON.parse(
      Buffer.from(cursors[3] ?? '', 'base64url')
        .toString()
        .slice(12),
    ) as [number, number, string, string, number, number, number];
    expect(cursorOf(binding, { places: [{ upTo, told }], list, date, time, id, owner })).toBe(cursors[3]);
    for (const place of [-2, -100, NaN, Infinity, 0.5, 1e21, 2 ** 31 - 2, 2 ** 53]) {
      await expectRefused(gateway, EXECUTIONS, { first: 5, after: forged(place) }, 'after');
      await expectRefused(gateway, EXECUTIONS, { last: 5, before: forged(place) }, 'before');
    }
    const far = await gateway.query<Listed>(EXECUTIONS, { first: 5, after: forged(2 ** 31 - 3) });
    expect([far.errors, far.data.list.nodes]).toEqual([[], []]);
  });
});
