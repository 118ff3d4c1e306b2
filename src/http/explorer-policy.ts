import type { FastifyReply } from 'fastify';

const CDN = 'https://apollo-server-landing-page.cdn.apollographql.com';

/**
 * Lets the page of Apollo Sandbox run the scripts and styles that bear its nonce, load the rest of itself from its
 * makers, and ask this gateway.
 */
export function allowExplorer(reply: FastifyReply, page: string): void {
  const [, nonce = 'none'] = /<script nonce="([\da-f]+)"/.exec(page) ?? [];
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}' https://fonts.googleapis.com`,
    'font-src https://fonts.gstatic.com',
    `img-src ${CDN}`,
    `manifest-src ${CDN}`,
    'frame-src https://sandbox.embed.apollographql.com',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  void reply.header('content-security-policy', policy.join('; '));
}
