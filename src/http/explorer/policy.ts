/** Where the frame of Apollo Sandbox comes from. */
export const FRAME_ORIGIN = 'https://sandbox.embed.apollographql.com';

const COMMON = ["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"];

/** Lets the page of Apollo Sandbox run what bears its nonce, show Apollo's frame, and ask this gateway. */
export function sandboxPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    'img-src data:',
    `frame-src ${FRAME_ORIGIN}`,
    "connect-src 'self'",
    ...COMMON,
  ].join('; ');
}

/**
 * Lets GraphiQL's page run what bears its nonce, and ask this gateway; nothing of it is anywhere else. Its editor sets
 * attributes of style: elements of style need the nonce all the same.
 */
export function graphiqlPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    "worker-src 'self'",
    `style-src 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    ...COMMON,
  ].join('; ');
}
