import type { Application } from '../../domain/model.ts';
import type { Ask } from '../call.ts';
import { pathSlug } from '../../domain/id.ts';
import { readApplication, readApplications } from './wire.ts';

/** Applications that the organisation has enabled. */
export function createApplicationEndpoint(ask: Ask) {
  return {
    /** `GET /application/{slug}`: NOT_FOUND when unknown. */
    get: async (slug: string): Promise<Application> =>
      ask({
        method: 'GET',
        route: '/application/{slug}',
        path: `/application/${pathSlug('slug', slug)}`,
        query: {},
        read: readApplication,
        freshness: () => 'application',
      }),

    /** `GET /application`: all of them, in one call. */
    list: (): Promise<readonly Application[]> =>
      ask({
        method: 'GET',
        route: '/application',
        path: '/application',
        query: {},
        read: readApplications,
        freshness: () => 'application',
      }),
  };
}
