import { cp, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { Sandbox } from '../../sandbox/server.ts';
import { openProfile } from './browser.ts';
import { freePort } from './free-port.ts';
import { startGateway, startServer } from './gateway.ts';
import { buildPage, serve } from './host-page.ts';
import { emptyFolder } from './empty-folder.ts';
import { createProduct } from './product.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Builds a block of the documentation as a product's page, and opens it as somebody who is signed in there. */
export async function openDocumentedPage(
  block: string,
): Promise<{ readonly page: Page; readonly sandbox: Sandbox }> {
  const port = String(await freePort());
  const folder = await emptyFolder('documented');
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  await cp(path.join(ROOT, 'test/pages/host/index.html'), path.join(folder, 'index.html'));
  await writeFile(path.join(folder, 'tsconfig.json'), '{ "compilerOptions": { "jsx": "react-jsx" } }');
  const text = block.replaceAll('https://gateway.example.com', `http://127.0.0.1:${port}`);
  await writeFile(path.join(folder, 'main.tsx'), text);
  const files = serve(await buildPage(folder));
  const product = await createProduct();
  const origin = await startServer((request, response) => {
    if (request.url === '/token') {
      void product.tokenOf('demo@example.com').then((token) => response.end(JSON.stringify({ token })));
    } else {
      files(request, response);
    }
  });
  const { sandbox } = await startGateway({
    sandbox: { clock: { now: () => Date.now() } },
    env: { ...product.env, PORT: port, CORS_ORIGINS: origin, LIVE_FAST_MS: '100', LIVE_SLOW_MS: '100' },
  });
  const page = await (await openProfile()).newPage();
  await page.goto(origin);
  return { page, sandbox };
}
