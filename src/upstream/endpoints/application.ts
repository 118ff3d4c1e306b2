import { pathSlug } from '../../domain/id.ts';
import type { Application } from '../../domain/model.ts';
import type { Ask } from '../call.ts';
import { readApplication, readApplications } from './application-wire.ts';
import { lookUp } from './request.ts';

const freshness = () => 'application' as const;

/** Applications that the organisation has enabled. */
export function createApplicationEndpoint(ask: Ask) {
  let listed: Promise<readonly Application[]> | undefined;
  return {
    /** `GET /application/{slug}`: NOT_FOUND when unknown. */
    get: async (slug: string): Promise<Application> =>
      ask(lookUp('/application/{slug}', pathSlug('slug', slug), { read: readApplication, freshness })),

    /** `GET /application`: all of them. However often it is asked, one call. */
    list: (): Promise<readonly Application[]> =>
      (listed ??= ask({
        method: 'GET',
        route: '/application',
        path: '/application',
        query: {},
        read: readApplications,
        freshness,
      })),
  };
}
