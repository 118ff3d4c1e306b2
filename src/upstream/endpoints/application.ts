import { pathSlug } from '../../domain/id.ts';
import type { Application } from '../../domain/model.ts';
import type { Ask } from '../call.ts';
import { readApplication, readApplications } from './application-wire.ts';
import { lookUp } from './request.ts';

/** The second generation answers session tokens these in another part of its API alone. */
const application = { freshness: () => 'application' as const, forSessions: 'f-sdk' } as const;

export type ApplicationEndpoint = ReturnType<typeof createApplicationEndpoint>;

/** Applications that the organisation has enabled. */
export function createApplicationEndpoint(ask: Ask) {
  let listed: Promise<readonly Application[]> | undefined;
  return {
    /** `GET /application/{slug}`: NOT_FOUND when unknown. */
    get: async (slug: string): Promise<Application> =>
      ask(lookUp('/application/{slug}', pathSlug('slug', slug), { read: readApplication, ...application })),

    /** `GET /application`: all of them. However often it is asked, one call. */
    list: (): Promise<readonly Application[]> =>
      (listed ??= ask({
        method: 'GET',
        route: '/application',
        path: '/application',
        query: {},
        read: readApplications,
        ...application,
      })),
  };
}
