// Starts GraphiQL, which the scripts after this one bring, and lets its editor take the examples of the menu.

const { nonce } = document.currentScript;
const { headers, examples } = JSON.parse(document.getElementById('settings').textContent);

const WORKERS = {
  editorWorkerService: 'editor.worker.js',
  graphql: 'graphql.worker.js',
  json: 'json.worker.js',
};

self.MonacoEnvironment = {
  // The editors are then within reach, for the menu.
  globalAPI: true,
  getWorkerUrl: (_module, label) => `/graphql/explorer/${WORKERS[label]}`,
};

// The editor makes styles of its own, which need the page's nonce.
const createElement = document.createElement.bind(document);
document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (name === 'style') element.nonce = nonce;
  return element;
};

addEventListener('DOMContentLoaded', () => {
  const filledIn = JSON.stringify(headers, null, 2);
  window.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('explorer'), {
    fetcher,
    plugins: [],
    defaultTabs: [{ query: examples[0]?.text ?? '', headers: filledIn }],
    defaultHeaders: filledIn,
    ...keptTab(),
    defaultEditorToolsVisibility: 'headers',
    // What is typed is kept for a reload and forgotten with the tab: it may be credentials.
    storage: sessionStorage,
    shouldPersistHeaders: true,
    showPersistHeadersSettings: false,
    // The address stays as it is.
    onEditQuery: () => undefined,
    title: ' ',
    logo: ' ',
  });
  document.getElementById('examples')?.addEventListener('change', ({ target }) => {
    const example = examples[target.selectedIndex - 1];
    if (example !== undefined) write(example.text);
  });
});

/** The tab that was open before a reload: GraphiQL opens another one unless it is told what that holds. */
function keptTab() {
  const { tabs = [], activeTabIndex } = JSON.parse(sessionStorage.getItem('graphiql:tabState') ?? '{}');
  const tab = tabs[activeTabIndex];
  return tab && { initialQuery: tab.query, initialVariables: tab.variables, initialHeaders: tab.headers };
}

/** Writes an operation into the editor of the open tab, so that it can be undone. */
function write(text) {
  const editor = window.monaco.editor
    .getEditors()
    .find((one) => one.getModel()?.uri.path.endsWith('operation.graphql'));
  const model = editor?.getModel();
  if (!model) return;
  editor.pushUndoStop();
  editor.executeEdits('examples', [{ range: model.getFullModelRange(), text }]);
  editor.pushUndoStop();
  editor.setScrollTop(0);
}

/** Asks over HTTP, or watches over WebSocket. */
function fetcher(request, { headers: signIn = {} } = {}) {
  return isSubscription(request) ? watch(request, signIn) : ask(request, signIn);
}

const TEXTS_AND_COMMENTS = /"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*/g;
const BRACKETS = /[({][^(){}]*[)}]/g;

/** Told by the text that is sent: what GraphiQL has read of it may yet be that of the text before. */
function isSubscription({ query, operationName: name }) {
  let text = query.replaceAll(TEXTS_AND_COMMENTS, ' ');
  for (let before = ''; before !== text;) [before, text] = [text, text.replaceAll(BRACKETS, ';')];
  const operations = [...text.matchAll(/\b(query|mutation|subscription|fragment)\b\s*(\w*)/g)];
  return operations.some(([, kind, own]) => kind === 'subscription' && (!name || own === name));
}

/** Where there is too much to do, which the refusal says, the schema is asked for again: by nobody but this page. */
async function ask(request, signIn) {
  const answer = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...signIn },
    body: JSON.stringify(request),
  });
  const { status, headers: told } = answer;
  if (status !== 503 || request.operationName !== 'IntrospectionQuery') return answer.json();
  await new Promise((resolve) => setTimeout(resolve, Number(told.get('retry-after') ?? 1) * 1000));
  return ask(request, signIn);
}

/** The events of a subscription. They end when GraphiQL is told to stop, and with them the connection. */
function watch(request, signIn) {
  const { protocol, host } = location;
  const client = window.graphqlWs.createClient({
    url: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/graphql`,
    connectionParams: signIn,
  });
  const events = client.iterate(request);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next().catch(fail),
    return: () => {
      void client.dispose();
      return events.return();
    },
  };
}

/** Says in words why a connection was closed. */
function fail(problem) {
  throw problem instanceof CloseEvent
    ? new Error(`The gateway closed the connection: ${problem.code} ${problem.reason}`)
    : problem;
}
