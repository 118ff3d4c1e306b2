const GATEWAY_URL = 'http://127.0.0.1:4000/graphql';

/** A token for the gateway, for whoever the session cookie is of. Null: the session is over. */
async function getToken() {
  const response = await fetch('/token');
  return response.ok ? (await response.json()).token : null;
}

/** Shows the run history of who is signed in, or the way to sign in. */
async function show() {
  const user = await (await fetch('/me')).json();
  document.querySelector('#user').textContent = user === null ? '' : `${user.name}, ${user.customer}`;
  for (const name of ['ada', 'grace']) document.querySelector(`#${name}`).hidden = user !== null;
  document.querySelector('#out').hidden = user === null;

  const main = document.querySelector('main');
  main.replaceChildren();
  if (user === null) return;
  const history = document.createElement('refold-run-history');
  history.setAttribute('url', GATEWAY_URL);
  // The gateway has the list of what the page asks: ids will do.
  history.setAttribute('documents', 'ids');
  history.getToken = getToken;
  main.append(history);
}

async function post(path) {
  await fetch(path, { method: 'POST' });
  await show();
}

for (const name of ['ada', 'grace']) {
  document.querySelector(`#${name}`).addEventListener('click', () => post(`/sign-in?user=${name}`));
}
document.querySelector('#out').addEventListener('click', () => post('/sign-out'));
await show();
