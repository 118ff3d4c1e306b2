import { afterEach, describe, expect, test } from '@jest/globals';
import { startStill, stopAll } from '../support/gateway.ts';
import {
  APPLICATION,
  applicationOf,
  applicationRows,
  APPLICATIONS,
  asked,
  type Fields,
} from '../support/look-ups.ts';

afterEach(stopAll);

describe('applications', () => {
  test('a slug may have dots', async () => {
    const { query, sandbox } = await startStill();
    const row = { app_id: 'a1', slug: 'monday.com' };
    sandbox.addFault({ match: { route: 'GET /application/{slug}' }, status: 200, body: row });
    const { data, errors } = await query<unknown>('{ application(slug: "monday.com") { slug } }');
    expect([errors, data]).toEqual([[], { application: { slug: 'monday.com' } }]);
    expect(sandbox.requests().map(({ path }) => path)).toEqual(['/api/v2/public/application/monday.com']);
  });

  test('all of them have upstream’s values, for one call', async () => {
    const gateway = await startStill();
    const { data, errors } = await gateway.query<unknown>(APPLICATIONS);
    expect(asked(gateway)).toEqual(['/application']);
    const rows = await applicationRows(gateway);
    expect(errors).toEqual([]);
    expect(rows).toHaveLength(12);
    expect(data).toEqual({ applications: rows.map(applicationOf) });
  });

  test.each([true, false])('those whose `connected` is %j, for one call', async (connected) => {
    const gateway = await startStill();
    const rows = (await applicationRows(gateway)).filter((row) => row['connected'] === connected);
    const { data, errors, extensions } = await gateway.query<unknown>(
      'query ($connected: Boolean) { applications(connected: $connected) { slug connected } }',
      { connected },
    );
    expect(errors).toEqual([]);
    expect(rows.length).toBeGreaterThan(0);
    expect(data).toEqual({ applications: rows.map(({ slug }: Fields) => ({ slug, connected })) });
    expect(extensions.upstream.calls).toBe(1);
  });

  test('each by its slug, for one call', async () => {
    const gateway = await startStill();
    for (const row of await applicationRows(gateway)) {
      const { data, errors, extensions } = await gateway.query<unknown>(APPLICATION, { slug: row['slug'] });
      expect(errors).toEqual([]);
      expect(data).toEqual({ application: applicationOf(row) });
      expect(extensions.upstream.calls).toBe(1);
    }
  });

  test('an unknown slug is null, with NOT_FOUND', async () => {
    const { query } = await startStill();
    const { data, errors } = await query<unknown>(APPLICATION, { slug: 'nothing' });
    expect(data).toEqual({ application: null });
    expect(errors).toMatchObject([{ path: ['application'], extensions: { code: 'NOT_FOUND' } }]);
  });

  test('one that upstream forbids is null, with FORBIDDEN', async () => {
    const { query, sandbox } = await startStill();
    sandbox.addFault({ match: { route: '/application/{slug}' }, status: 403 });
    const { data, errors } = await query<unknown>(APPLICATION, { slug: 'slack' });
    expect(data).toEqual({ application: null });
    expect(errors).toMatchObject([{ path: ['application'], extensions: { code: 'FORBIDDEN' } }]);
  });
});
