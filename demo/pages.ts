import type { Pages } from '../src/http/pages.ts';
import { ACCOUNTS, type Account } from './accounts.ts';
import type { PageFiles } from './page-files.ts';
import type { Product } from './product.ts';

/** What the demo's page is served with. */
export interface PageParts {
  /** Asked for with each request: it may be built while the rest starts. */
  readonly files: Promise<PageFiles>;
  readonly product: Product;
  /** Adds what the panel asks. */
  readonly panel: Pages;
}

/** So short that a watcher sees it renewed. */
const TOKEN_SECONDS = 120;

/** Names of assets tell their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The run history of the product's customers, on the gateway's own origin. */
export function createPages({ files, product, panel }: PageParts): Pages {
  return (scope) => {
    scope.get('/', async (_request, reply) => {
      const page = (await files).get('index.html');
      return reply.type(page?.type ?? '').send(page?.body);
    });
    scope.get<{ Params: { name: string } }>('/assets/:name', async ({ params }, reply) => {
      const asset = (await files).get(`assets/${params.name}`);
      if (asset === undefined) {
        reply.callNotFound();
        return;
      }
      return reply.type(asset.type).header('cache-control', FOR_EVER).send(asset.body);
    });
    const query = { type: 'object', required: ['account'], properties: { account: { enum: ACCOUNTS } } };
    scope.get<{ Querystring: { account: Account } }>(
      '/demo/token',
      { schema: { querystring: query } },
      async ({ query: { account } }) => ({ token: await product.tokenOf(account, TOKEN_SECONDS) }),
    );
    panel(scope);
  };
}
