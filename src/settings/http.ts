import { z } from 'zod';
import { addresses, flag, origins, text, whole } from './readers.ts';
import { optional, setting } from './setting.ts';

/** The process, and how it is reached. */
export const HTTP_SETTINGS = {
  NODE_ENV: setting(
    z.enum(['development', 'test', 'production'], 'must be development, test or production'),
    'development',
    '`production` turns exploration off.',
  ),
  HOST: setting(text, '127.0.0.1', 'Address to listen on; `0.0.0.0` for all. The Docker image sets that.'),
  PORT: setting(whole(0, 65535), '4000', 'Port to listen on; 0 picks a free one.'),
  METRICS: setting(flag, 'true', 'Whether what happens is counted, and `/metrics` is there.'),
  METRICS_PORT: optional(
    whole(0, 65535),
    'Port of its own for `/metrics`, at the same `HOST`; 0 picks a free one. Unset: it is at `PORT`.',
  ),
  LOG_LEVEL: setting(
    z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
    'info',
    'The least severe lines to log.',
  ),
  EXPLORATION: optional(
    flag,
    'Introspection, an explorer at `/graphql`, what is where at `/`, and CORS for Apollo Studio. Unset: on, unless `NODE_ENV` is `production`.',
  ),
  MCP: setting(
    flag,
    'false',
    'Whether [assistants](mcp.md) may ask at `/mcp`, over the Model Context Protocol: to read, as whoever signs in.',
  ),
  TRUST_PROXY: optional(
    addresses,
    'Addresses and ranges (`10.0.0.0/8`) of the proxies in front, comma-separated. `X-Forwarded-Proto` and `X-Forwarded-Host` are believed of these alone. Unset: of nobody.',
  ),
  CORS_ORIGINS: optional(origins, 'Origins whose pages may ask, comma-separated.'),
  SHUTDOWN_DELAY_MS: setting(
    whole(0, 60_000),
    '0',
    'How long to go on serving after SIGTERM while `/health/ready` already says no: give load balancers time to notice.',
  ),
  SHUTDOWN_TIMEOUT_MS: setting(
    whole(0, 600_000),
    '10000',
    'How long requests in flight may take to finish after that.',
  ),
};
