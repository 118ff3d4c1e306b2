/**
 * The demo's settings: those inherited, such as `PORT`, but for the ones that would break what the demo shows.
 * @param inherited such as `process.env`
 * @param own where its sandbox is, and who signs its tokens
 */
export function demoSettings(
  inherited: Readonly<Record<string, string | undefined>>,
  own: Readonly<Record<'UPSTREAM_URL' | 'JWT_ISSUER' | 'JWT_AUDIENCE' | 'JWT_PUBLIC_KEY', string>>,
): Record<string, string | undefined> {
  return {
    LOG_LEVEL: 'warn',
    ...inherited,
    NODE_ENV: 'development',
    EXPLORATION: 'true',
    AUTH_SESSION_TOKEN: 'true',
    AUTH_API_KEY: 'true',
    REFOLD_API_KEY: 'tk_demo',
    WEBHOOK_SECRETS: undefined,
    JWT_JWKS_URL: undefined,
    JWT_LINKED_ACCOUNT_CLAIM: undefined,
    // The explorer and the commands that it prints ask what they like.
    TRUSTED_DOCUMENTS: undefined,
    TRUSTED_DOCUMENTS_SESSION_TOKEN: undefined,
    TRUSTED_DOCUMENTS_API_KEY: undefined,
    TRUSTED_DOCUMENTS_SERVER_KEY: undefined,
    TRUSTED_DOCUMENTS_ANONYMOUS: undefined,
    ...own,
  };
}

/**
 * Where the demo's sandbox listens.
 * @param inherited such as `process.env`
 * @throws Error when `SANDBOX_PORT` is no port
 */
export function sandboxPort({
  SANDBOX_PORT: port = '',
}: Readonly<Record<string, string | undefined>>): number {
  if (port === '') return 4100;
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new Error('SANDBOX_PORT must be a whole number from 0 to 65535');
  }
  return Number(port);
}
