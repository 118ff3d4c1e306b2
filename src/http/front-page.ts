import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** What the page tells of this gateway. */
export interface FrontPageFacts {
  /** Whether `/metrics` is here, and not on a port of its own. */
  readonly servesMetrics: boolean;
  /** Whether upstream's webhooks are taken. */
  readonly takesWebhooks: boolean;
  /** Whether assistants may ask at `/mcp`. */
  readonly answersAssistants: boolean;
}

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem }
h1 { font-size: 1.5rem; margin: 0 }
dl { display: grid; grid-template-columns: minmax(0, 12rem) minmax(0, 1fr); gap: .75rem 1.5rem; margin: 2rem 0 }
dd { margin: 0 }
a, code { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
a:focus-visible { outline: 2px solid; outline-offset: 2px }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr) } dt { margin-bottom: -.75rem } }
`;

/** The page has one style and nothing else: it asks for nothing, and nothing in it runs. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Adds `/`, which says in development what is where. */
export function addFrontPage(app: FastifyInstance, facts: FrontPageFacts): void {
  const page = pageOf(facts);
  app.get('/', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page),
  );
}

function pageOf({ servesMetrics, takesWebhooks, answersAssistants }: FrontPageFacts): string {
  const metrics = servesMetrics ? linkTo('/metrics') : 'On a port of its own, <code>METRICS_PORT</code>';
  const webhooks = takesWebhooks
    ? 'Takes <code>POST</code>'
    : 'Off: neither <code>WEBHOOK_SECRETS</code> nor <code>REFOLD_API_KEY</code> is set';
  const assistants = answersAssistants ? 'Takes <code>POST</code>' : 'Off: <code>MCP</code> is not set';
  const rows = [
    [linkTo('/graphql'), 'GraphQL. In a browser, the explorer'],
    [linkTo('/health/live'), 'Whether the process runs'],
    [linkTo('/health/ready'), 'Whether it takes new work'],
    [metrics, 'Metrics, for Prometheus'],
    ['<code>/webhooks/refold</code>', `Webhooks of Refold. ${webhooks}`],
    ['<code>/mcp</code>', `Tools for assistants. ${assistants}`],
    [
      '<code>docs/</code>',
      'The documentation, in the repository. It begins with <code>docs/README.md</code>',
    ],
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>refold-gateway</title>
<style>${STYLE}</style>
<main>
<h1>refold-gateway</h1>
<p>The gateway is running. This page is here in development alone.
<dl>
${rows.map(([where = '', what = '']) => `<dt>${where}<dd>${what}`).join('\n')}
</dl>
</main>
</html>
`;
}

function linkTo(path: string): string {
  return `<a href="${path}">${path}</a>`;
}
