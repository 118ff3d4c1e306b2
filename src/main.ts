#!/usr/bin/env -S node --enable-source-maps --max-semi-space-size=16 --heap-growing-percent=45
import './node-version.ts';
import { createApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { StartError } from './running.ts';

/** What has not ended by itself so long after the gateway has stopped tries to reach a collector that is not there. */
const LINGER_MS = 100;

try {
  const app = await createApp(loadConfig(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void app.stop().then(() => setTimeout(() => process.exit(), LINGER_MS).unref());
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
