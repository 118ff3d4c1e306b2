import { AUTH_SETTINGS } from './auth.ts';
import { CACHE_SETTINGS } from './cache.ts';
import { FEDERATION_SETTINGS } from './federation.ts';
import { DOCUMENT_SETTINGS } from './documents.ts';
import { FEED_SETTINGS } from './feeds.ts';
import { HTTP_SETTINGS } from './http.ts';
import { LIMIT_SETTINGS } from './limits.ts';
import { LIVE_SETTINGS } from './live.ts';
import { OVERLOAD_SETTINGS } from './overload.ts';
import { REDIS_SETTINGS } from './redis.ts';
import { RUN_SETTINGS } from './runs.ts';
import type { Setting, ValuesOf } from './setting.ts';
import { SOCKET_SETTINGS } from './sockets.ts';
import { STUDIO_SETTINGS } from './studio.ts';
import { TRACING_SETTINGS } from './tracing.ts';
import { UPSTREAM_SETTINGS } from './upstream.ts';
import { WEBHOOK_SETTINGS } from './webhooks.ts';

/** Every environment variable that the gateway reads: a part a file. */
export const SETTINGS = {
  ...HTTP_SETTINGS,
  ...UPSTREAM_SETTINGS,
  ...LIMIT_SETTINGS,
  ...DOCUMENT_SETTINGS,
  ...SOCKET_SETTINGS,
  ...OVERLOAD_SETTINGS,
  ...LIVE_SETTINGS,
  ...RUN_SETTINGS,
  ...FEED_SETTINGS,
  ...REDIS_SETTINGS,
  ...CACHE_SETTINGS,
  ...AUTH_SETTINGS,
  ...WEBHOOK_SETTINGS,
  ...TRACING_SETTINGS,
  ...FEDERATION_SETTINGS,
  ...STUDIO_SETTINGS,
};

/** A variable's name. */
export type Name = keyof typeof SETTINGS;
/** All variables as they were read; null: unset. */
export type Values = ValuesOf<typeof SETTINGS>;

const PARTS: Readonly<Record<string, Readonly<Record<string, Setting<unknown>>>>> = {
  'The process, and how it is reached': HTTP_SETTINGS,
  'The way to Refold': UPSTREAM_SETTINGS,
  Limits: LIMIT_SETTINGS,
  'Which documents run': DOCUMENT_SETTINGS,
  Connections: SOCKET_SETTINGS,
  'Too much to do': OVERLOAD_SETTINGS,
  'Those who watch': LIVE_SETTINGS,
  'Executions that are watched': RUN_SETTINGS,
  'Lists that are watched': FEED_SETTINGS,
  'What replicas share': REDIS_SETTINGS,
  'What is remembered': CACHE_SETTINGS,
  'Signing in, and what is hidden': AUTH_SETTINGS,
  Webhooks: WEBHOOK_SETTINGS,
  Traces: TRACING_SETTINGS,
  Federation: FEDERATION_SETTINGS,
  'Apollo Studio': STUDIO_SETTINGS,
};

/** The tables of all variables, in Markdown; those in docs/configuration.md are checked against them. */
export function describeSettings(): string {
  return Object.entries(PARTS)
    .map(([title, part]) => `## ${title}\n\n${tableOf(part)}`)
    .join('\n\n');
}

function tableOf(part: Readonly<Record<string, Setting<unknown>>>): string {
  const hasErrors = Object.values(part).some(({ error }) => error !== null);
  const rows = Object.entries(part).map(([name, { preset, about, error }]) => [
    `\`${name}\``,
    preset === null ? '' : `\`${preset}\``,
    about,
    ...(hasErrors ? [error ?? ''] : []),
  ]);
  const head = ['variable', 'default', 'what it is for', ...(hasErrors ? ['beyond it'] : [])];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
