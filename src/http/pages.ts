import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './answer.ts';
import { isOfHost } from './origins.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route is one of `addPages`, which says itself which sites may come to it. */
    isPage?: true;
  }
}

/**
 * Adds routes to the gateway's server, for a program that embeds it and has pages of its own. All that holds for the
 * gateway's routes holds for them: the limits to connections and bodies, the log, the headers. Beside that:
 *
 * - Their content security policy lets a page run, show and ask what is on its own origin, and nothing else. Nothing
 *   inline runs.
 * - Pages of other sites may link to them, and neither ask nor read them, `CORS_ORIGINS` or not.
 * - They are not stored, unless an answer sets `cache-control`.
 *
 * A route that fails is a defect: it is logged whole, and its caller is told nothing.
 */
export type Pages = (scope: FastifyInstance) => void;

/** What a page of its own origin may do. `data:` is for pictures that come with data. */
const OWN_PAGE = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds the pages of the program that embeds the gateway. */
export function addPages(app: FastifyInstance, pages: Pages): void {
  void app.register((scope, _options, done) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, isPage: true };
    });
    scope.addHook('onRequest', guard);
    pages(scope);
    done();
  });
}

/** Lets in what comes from the origin itself, and links to it. */
async function guard(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.header('content-security-policy', OWN_PAGE).removeHeader('access-control-allow-origin');
  if (!isOwn(request) && !isLink(request)) {
    await reply.code(403).send(errorBody('This is not for pages of other sites', 'BAD_REQUEST'));
  }
}

/** Browsers too old for `Sec-Fetch-Site` send `Origin` with whatever a page of another site may not just read. */
function isOwn({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return headers.origin === undefined || isOfHost(headers.origin, host);
}

function isLink({ method, headers }: FastifyRequest): boolean {
  return (
    method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  );
}
