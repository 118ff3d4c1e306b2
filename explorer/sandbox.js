// Opens Apollo Sandbox, or goes on to GraphiQL where it cannot be reached.

/** How long its script may take. */
const SCRIPT_MS = 2000;
/** How long its frame, which is another page of Apollo's, may then take to say something. */
const FRAME_MS = 10_000;

const { nonce } = document.currentScript;
const { script: address, frameOrigin, sandbox } = JSON.parse(document.getElementById('settings').textContent);

const opening = document.getElementById('opening');
let timer = setTimeout(leave, SCRIPT_MS);

function leave() {
  clearTimeout(timer);
  location.replace('?explorer=graphiql');
}

function open() {
  clearTimeout(timer);
  timer = setTimeout(leave, FRAME_MS);
  addEventListener('message', onMessage);
  opening.remove();
  new window.EmbeddedSandbox({ ...sandbox, initialEndpoint: location.origin + location.pathname });
}

/** A script may come from the browser's cache where there is no network; a frame that speaks has been loaded. */
function onMessage({ origin }) {
  if (origin !== frameOrigin) return;
  clearTimeout(timer);
  removeEventListener('message', onMessage);
}

if (navigator.onLine) {
  const script = document.createElement('script');
  script.nonce = nonce;
  script.src = address;
  script.onload = open;
  script.onerror = leave;
  document.head.append(script);
} else {
  leave();
}
