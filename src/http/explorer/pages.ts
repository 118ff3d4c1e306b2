import type { Example } from './examples.ts';
import { escapeHtml, pageOf } from './page.ts';
import { FRAME_ORIGIN } from './policy.ts';

/** Headers that are filled in. */
type Headers = Readonly<Record<string, string>>;

/** What Apollo Sandbox is loaded by. */
const SCRIPT = 'https://embeddable-sandbox.cdn.apollographql.com/v2/embeddable-sandbox.umd.production.min.js';

const DOCUMENT = `query RunHistory($filter: ExecutionFilter, $page: PageInput) {
  executions(filter: $filter, page: $page) {
    totalCount
    pageInfo { currentPage totalPages hasNextPage }
    nodes {
      id
      name
      status
      createdAt
      durationMs
      workflow { id name }
      application { id name icon }
    }
  }
}
`;

/** The page that opens Apollo Sandbox, or goes on to GraphiQL. */
export function sandboxPage(nonce: string, headers: Headers): string {
  const sandbox = {
    target: '#explorer',
    initialState: { document: DOCUMENT, variables: { page: { number: 1, size: 10 } }, headers },
    hideCookieToggle: false,
    endpointIsEditable: false,
    runTelemetry: false,
    // What it would put into the page has no nonce.
    allowDynamicStyles: false,
  };
  return pageOf({
    kind: 'sandbox',
    nonce,
    styles: ['explorer.css'],
    scripts: ['sandbox.js'],
    settings: { script: SCRIPT, frameOrigin: FRAME_ORIGIN, sandbox },
    content: `<main id="explorer"><p class="words" id="opening" role="status">Opening Apollo Sandbox. Where it cannot be reached, GraphiQL opens by itself.</p></main>
<noscript><p class="words">The explorers need JavaScript.</p></noscript>`,
  });
}

/** The page with GraphiQL. */
export function graphiqlPage(nonce: string, headers: Headers, examples: readonly Example[]): string {
  const options = examples.map(({ title }) => `<option>${escapeHtml(title)}</option>`).join('');
  return pageOf({
    kind: 'graphiql',
    nonce,
    styles: ['graphiql.bundle.css', 'explorer.css'],
    scripts: ['graphiql.js', 'graphql-ws.js', 'graphiql.bundle.js'],
    settings: { headers, examples },
    bar: `<label>Examples <select id="examples"><option value="">Choose a question …</option>${options}</select></label>\n`,
    content: `<main id="explorer"></main>
<noscript><p class="words">The explorers need JavaScript.</p></noscript>`,
  });
}

/** The page that says what there is where GraphiQL is not installed. */
export function wordsPage(nonce: string, headers: Headers, address: string): string {
  const flags = Object.entries({ 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `-H '${name}: ${value}'`,
  );
  const body = JSON.stringify({
    query: '{ executions(page: { size: 3 }) { totalCount nodes { id status } } }',
  });
  const curl = `curl -s ${address} ${flags.join(' ')} -d '${body}'`;
  return pageOf({
    kind: 'graphiql',
    nonce,
    styles: ['explorer.css'],
    scripts: [],
    content: `<main class="words">
<p>GraphiQL is not installed here: it comes with what refold-gateway is developed with, which an image for production leaves out. Apollo Sandbox needs the internet.</p>
<p>The gateway itself works. Ask it with:</p>
<pre><code>${escapeHtml(curl)}</code></pre>
</main>`,
  });
}
