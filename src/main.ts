import { createApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { StartError } from './running.ts';

try {
  const app = await createApp(loadConfig(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void app.stop();
    });
  }
  process.on('unhandledRejection', (reason) => {
    app.noteDefect(reason);
  });
  await app.start();
} catch (error) {
  // Nothing runs yet, so nothing is in flight; the message is for the person who starts it.
  console.error(error instanceof ConfigError || error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
