import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config.ts';
import { buildPage } from './page-files.ts';
import { createPages } from './pages.ts';
import { createPanel } from './panel.ts';
import { createProduct } from './product.ts';
import { startScene } from './scene.ts';
import { demoSettings, sandboxPort } from './settings.ts';
import { welcome } from './welcome.ts';

const WEEK_SECONDS = 7 * 24 * 3600;

try {
  const port = sandboxPort(process.env);
  // Built while the rest starts; whoever is faster than that waits for it.
  const files = buildPage();
  const product = createProduct();
  const { sandbox, play } = await startScene(port);
  const settings = demoSettings(process.env, { UPSTREAM_URL: sandbox.url, ...product.settings });
  const pages = createPages({ files, product, panel: createPanel(sandbox) });
  const app = await createApp(loadConfig(settings), { pages });
  const url = await app.start();
  sandbox.sendWebhooksTo(`${url}/webhooks/refold`);
  play();
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
  const stop = async () => {
    await app.stop();
    await sandbox.stop();
  };
  await files;
  console.log(welcome(url, sandbox.url, await product.tokenOf('demo@example.com', WEEK_SECONDS)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
