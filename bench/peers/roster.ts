import { ANY_RATE, startOptions } from '../processes.ts';
import type { Command, Contestant, Place } from './contestant.ts';
import { askForOneCall, askInOwnWords } from './questions.ts';
import { hive } from './servers/hive.ts';
import { nginx } from './servers/nginx.ts';
import { tailcall } from './servers/tailcall.ts';

/** What the gateway is told besides its usual settings: no limit of this kind is to be what is measured. */
const NO_LIMITS = { ...ANY_RATE, OVERLOAD_AFTER_MS: '0', MAX_OPERATIONS_IN_PROGRESS: '100000' };
/** How old a list may be, where that is not the usual. */
const LIST_MS = { cold: '0', browsing: '0', shared: '0', warm: '1000', detail: '0' };

function node(script: string, env: Command['env'], options: readonly string[] = []): Command {
  return {
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', ...options, script],
    env: { NODE_ENV: 'production', ...env },
  };
}

const script = (file: string) => (place: Place) =>
  node(`bench/peers/servers/${file}`, {
    PORT: String(place.port),
    UPSTREAM_URL: place.upstreamUrl,
    ANSWERS: place.answers,
  });

/** The gateway itself. It comes first, since another answers what it answers. */
const ours: Contestant = {
  title: 'this gateway',
  ask: askInOwnWords,
  ready: '/health/ready',
  remembers: true,
  speaksGraphql: true,
  command: ({ port, upstreamUrl, work }) => {
    const settings = { PORT: String(port), UPSTREAM_URL: upstreamUrl, LOG_LEVEL: 'info' };
    return node('src/main.ts', { ...settings, ...NO_LIMITS, CACHE_LIST_MS: LIST_MS[work] }, startOptions());
  },
};

/** All who take part, by the name that picks one of them. */
export const ROSTER: Readonly<Record<string, Contestant>> = {
  ours,
  nginx,
  passthrough: {
    title: 'Node passthrough (undici)',
    ask: askForOneCall,
    speaksGraphql: false,
    command: script('passthrough.js'),
  },
  bare: {
    title: 'bare Node, same bytes',
    ask: askInOwnWords,
    isTold: true,
    speaksGraphql: false,
    command: script('bare.ts'),
  },
  naive: {
    title: 'naive Apollo + got',
    ask: askInOwnWords,
    speaksGraphql: true,
    command: script('naive.ts'),
  },
  apollo: {
    title: 'Apollo + Fastify + got + DataLoader',
    ask: askInOwnWords,
    speaksGraphql: true,
    command: script('apollo-fastify.js'),
  },
  mercurius: {
    title: 'Mercurius + JIT + undici + DataLoader',
    ask: askInOwnWords,
    speaksGraphql: true,
    command: script('mercurius.js'),
  },
  hive,
  tailcall,
};
