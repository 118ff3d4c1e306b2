import { ConfigError, loadConfig } from '../../src/config.ts';

/** What is wrong with an environment: one line a mistake. */
export function mistakesIn(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
