/** What is put into a page as text or as the value of an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

/** Which explorer a page is of. */
export type Kind = 'sandbox' | 'graphiql';

/** The parts of a page. */
export interface PageParts {
  readonly kind: Kind;
  /** What its tags bear that may run or be styled by. */
  readonly nonce: string;
  /** Names of scripts and styles, in their order. */
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
  /** What its scripts are told. */
  readonly settings?: unknown;
  /** HTML beside the title. */
  readonly bar?: string;
  /** HTML below the bar. */
  readonly content: string;
}

const ADDRESSES: Readonly<Record<Kind, readonly [string, string]>> = {
  sandbox: ['/graphql', 'Apollo Sandbox'],
  graphiql: ['/graphql?explorer=graphiql', 'GraphiQL'],
};

/** A page of an explorer, with the way to the other. */
export function pageOf({ kind, nonce, scripts, styles, settings, bar = '', content }: PageParts): string {
  const tags = [
    ...styles.map((name) => `<link rel="stylesheet" nonce="${nonce}" href="/graphql/explorer/${name}">`),
    // A script reads what comes before it.
    `<script type="application/json" id="settings" nonce="${nonce}">${jsonOf(settings ?? {})}</script>`,
    ...scripts.map((name) => `<script defer nonce="${nonce}" src="/graphql/explorer/${name}"></script>`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Explorer · refold-gateway</title>
<link rel="icon" href="data:,">
${tags.join('\n')}
</head>
<body>
<header class="bar">
<h1>refold-gateway</h1>
${bar}<nav aria-label="Explorers">${Object.keys(ADDRESSES)
    .map((one) => linkTo(one as Kind, kind))
    .join(' ')}</nav>
</header>
${content}
</body>
</html>
`;
}

function linkTo(kind: Kind, current: Kind): string {
  const [address, name] = ADDRESSES[kind];
  return `<a href="${address}"${kind === current ? ' aria-current="page"' : ''}>${name}</a>`;
}

/** JSON that a page can hold: nothing in it ends the script that it is in. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
