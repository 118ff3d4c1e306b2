import { isPathSlug } from '../domain/id.ts';
import type { Application } from '../domain/model.ts';
import type { Upstream } from '../upstream/endpoints/upstream.ts';
import { createLookUps, notFound, orError, unlessRefused } from './look-up.ts';

/** Look-ups of applications, which upstream lists in one call. */
export function createApplicationLoaders(upstream: Upstream) {
  let listed: Promise<readonly Application[]> | undefined;
  /** All applications. However often it is asked, one call. */
  const applications = () => (listed ??= upstream.application.list());

  /** By id, from the list: upstream cannot be asked for one id. */
  const application = createLookUps<Application>(async (ids) => {
    const byId = new Map((await applications()).map((found) => [found.id, found]));
    return ids.map((id) => byId.get(id) ?? notFound('application'));
  });

  /** One slug costs one call, and so do several; none where all applications have been listed before. */
  const applicationBySlug = createLookUps<Application>(async (slugs) => {
    const isListBetter = listed !== undefined || slugs.filter(isPathSlug).length > 1;
    const list = isListBetter ? await unlessRefused(applications()) : null;
    if (list === null) return Promise.all(slugs.map((slug) => orError(upstream.application.get(slug))));
    const bySlug = new Map(list.map((found) => [found.slug, found]));
    return Promise.all(
      slugs.map(async (slug) => {
        // A slug that can be none is told so by the read, which makes no call of it.
        if (!isPathSlug(slug)) return orError(upstream.application.get(slug));
        return bySlug.get(slug) ?? notFound('application');
      }),
    );
  });

  return { applications, application, applicationBySlug };
}
