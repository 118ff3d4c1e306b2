import { afterEach, describe, expect, test } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openProfile } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, stopAll } from '../support/gateway.ts';
import { metricOf } from '../support/live-metrics.ts';

afterEach(stopAll);

const SCRIPT = 'https://embeddable-sandbox.cdn.apollographql.com/**';
const FRAME = 'https://sandbox.embed.apollographql.com/**';

/** A page, and what it was kept from or failed at. */
async function openPage(origin: string, options: BrowserContextOptions = {}) {
  const context = await openProfile(options);
  const page = await context.newPage();
  const elsewhere: string[] = [];
  const complaints: string[] = [];
  // There is no internet.
  await context.route(
    (address) => address.origin !== origin,
    (route) => {
      elsewhere.push(new URL(route.request().url()).host);
      return route.abort('internetdisconnected');
    },
  );
  await page.exposeFunction('complain', (what: string) => complaints.push(what));
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      window.complain(violatedDirective + ' ' + blockedURI);
    });
  `);
  page.on('pageerror', ({ message }) => complaints.push(message));
  return { page, elsewhere, complaints };
}

const runButton = (page: Page) => page.getByRole('button', { name: /^Execute query/ });
const stopButton = (page: Page) => page.getByRole('button', { name: /^Stop query/ });

/** What an editor holds. */
async function textIn(page: Page, file: string): Promise<string> {
  return page.evaluate<string>(`
    window.monaco.editor
      .getEditors()
      .find((editor) => editor.getModel()?.uri.path.endsWith(${JSON.stringify(file)}))
      ?.getValue() ?? ''
  `);
}

interface Shown {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: unknown;
}

/** What is shown once it is an answer that the condition holds for. */
async function shownOnce(page: Page, condition: (shown: Shown) => boolean): Promise<Shown> {
  let shown: Shown = {};
  let text = '';
  await eventually(
    () => `the answer, instead of ${text}`,
    async () => {
      text = await textIn(page, 'response.json');
      if (!text.startsWith('{')) return false;
      shown = JSON.parse(text) as Shown;
      return condition(shown);
    },
  );
  return shown;
}

/** GraphiQL, once it can be worked with. */
async function openGraphiql(origin: string, options: BrowserContextOptions = {}) {
  const opened = await openPage(origin, options);
  await opened.page.goto(`${origin}/graphql?explorer=graphiql`);
  await runButton(opened.page).waitFor();
  return opened;
}

describe('without the internet, the explorer', () => {
  test('is GraphiQL by itself, which needs nothing from elsewhere and is signed in', async () => {
    const { url, query } = await startGateway();
    const { page, elsewhere, complaints } = await openPage(url);

    await page.goto(`${url}/graphql`);
    await page.waitForURL(`${url}/graphql?explorer=graphiql`);
    await runButton(page).click();
    const { data, errors } = await shownOnce(page, (shown) => shown.data != null);

    expect(errors).toBeUndefined();
    const asked = await textIn(page, 'operation.graphql');
    expect(data).toEqual((await query<unknown>(asked)).data);
    expect(JSON.parse(await textIn(page, 'request-headers.json'))).toEqual({
      'x-api-key': 'tk_demo',
      linked_account_id: 'demo@example.com',
    });
    expect(elsewhere).toEqual(['embeddable-sandbox.cdn.apollographql.com']);
    expect(complaints).toEqual([]);
  });

  test('runs every question of the guide', async () => {
    const { url } = await startGateway();
    const { page, elsewhere, complaints } = await openGraphiql(url);
    const menu = page.getByLabel('Examples');
    const titles = (await menu.getByRole('option').allTextContents()).slice(1);
    expect(titles.map((title) => title.split(' ')[0])).toEqual(
      Array.from({ length: 11 }, (_, index) => `${String(index + 1)}.`),
    );

    const answers: Shown[] = [];
    for (const title of titles.slice(0, 10)) {
      const answered = page.waitForResponse((response) => response.request().method() === 'POST');
      await menu.selectOption(title);
      await runButton(page).click();
      const told = (await (await answered).json()) as Shown;
      answers.push(await shownOnce(page, (shown) => JSON.stringify(shown) === JSON.stringify(told)));
    }

    expect(answers.map(({ data }) => Object.keys(data ?? {})[0])).toEqual([
      ...Array<string>(4).fill('executions'),
      ...['executionCounts', 'executionCounts', 'execution', 'execution', 'rerunExecution', 'applications'],
    ]);
    expect(answers.filter(({ errors }) => errors !== undefined)).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('shows what happens over WebSocket, signed in by the headers, until it is told to stop', async () => {
    const { url, sandbox } = await startGateway();
    const { page, complaints } = await openGraphiql(url);
    const menu = page.getByLabel('Examples');
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));

    await menu.selectOption({ index: 11 });
    await runButton(page).click();
    const first = await shownOnce(page, (shown) => JSON.stringify(shown).includes('PRESENT'));
    expect(first.errors).toBeUndefined();
    const [id = ''] = sandbox.addExecutions({ account: 'demo@example.com', status: 'ERRORED' });
    await shownOnce(page, (shown) => JSON.stringify(shown).includes(id));
    expect(sockets).toEqual([`${url.replace('http', 'ws')}/graphql`]);

    const open = () => metricOf({ url }, 'live_operations');
    expect(await open()).toBe(1);
    await stopButton(page).click();
    await eventually('the subscription to end', async () => (await open()) === 0);
    expect(complaints).toEqual([]);
  });

  test('says why nothing is watched by one who is not signed in', async () => {
    const { url } = await startGateway({ env: { AUTH_API_KEY: 'false' } });
    const { page } = await openGraphiql(url);
    await page.evaluate(`
      window.monaco.editor.getEditors()
        .find((editor) => editor.getModel()?.uri.path.endsWith('request-headers.json'))
        .setValue('{}');
    `);
    await page.getByLabel('Examples').selectOption({ index: 11 });
    await runButton(page).click();

    const { errors } = await shownOnce(page, (shown) => shown.errors !== undefined);
    expect(JSON.stringify(errors)).toContain('UNAUTHENTICATED');
  });

  test('asks for the schema again once it was refused because there was too much to do', async () => {
    const load = { isBusy: false, waitedMs: 0, memoryShare: 0 };
    const { url } = await startGateway({ loadProbe: () => load });
    const { page } = await openPage(url);
    page.on('request', (request) => {
      if (request.url().endsWith('/graphiql.bundle.js'))
        Object.assign(load, { isBusy: true, waitedMs: 1000 });
    });
    let refusals = 0;
    // GraphiQL itself asks twice, in two ways.
    page.on('response', (response) => {
      if (response.status() === 503 && ++refusals === 2) Object.assign(load, { isBusy: false, waitedMs: 0 });
    });

    await page.goto(`${url}/graphql?explorer=graphiql`);
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).waitFor();
    expect(refusals).toBe(2);
  });

  test('keeps what was written over a reload, and lets an example be undone', async () => {
    const { url } = await startGateway();
    const { page, complaints } = await openGraphiql(url);
    const before = await textIn(page, 'operation.graphql');
    await page.getByLabel('Examples').selectOption({ index: 10 });
    const example = await textIn(page, 'operation.graphql');
    expect(example).toContain('reauthRequired');
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('Control+z');
    expect(await textIn(page, 'operation.graphql')).toBe(before);
    await page.keyboard.press('Control+y');
    expect(await textIn(page, 'operation.graphql')).toBe(example);
    await eventually('the browser to keep it', () =>
      page.evaluate<boolean>(
        `sessionStorage.getItem('graphiql:tabState')?.includes('reauthRequired') === true`,
      ),
    );

    await page.reload();
    await runButton(page).waitFor();

    await eventually('the operation', async () => (await textIn(page, 'operation.graphql')) === example);
    expect(await textIn(page, 'request-headers.json')).toContain('demo@example.com');
    expect(await page.getByRole('tab').count()).toBe(1);
    expect(await page.evaluate(`localStorage.length`)).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe('Apollo Sandbox', () => {
  /** What its script does as far as the page can tell: it shows a frame, and remembers what it was told. */
  const EMBEDDED = `
    window.EmbeddedSandbox = class {
      constructor(options) {
        window.told = options;
        const frame = document.createElement('iframe');
        frame.src = 'https://sandbox.embed.apollographql.com/sandbox';
        document.querySelector(options.target).append(frame);
      }
    };
  `;
  const SPEAKING = `<script>parent.postMessage({ name: 'ExplorerListeningForHandshake' }, '*')</script>`;

  test('is what opens where it can be reached, with an operation and headers', async () => {
    const { url, endpoint } = await startGateway();
    const { page, complaints } = await openPage(url);
    await page.clock.install();
    await page.route(SCRIPT, (route) => route.fulfill({ contentType: 'text/javascript', body: EMBEDDED }));
    await page.route(FRAME, (route) => route.fulfill({ contentType: 'text/html', body: SPEAKING }));
    await page.addInitScript(`addEventListener('message', ({ data }) => (window.heard = data.name))`);

    await page.goto(endpoint);
    await page.waitForFunction(`window.heard === 'ExplorerListeningForHandshake'`);
    await page.clock.fastForward(60_000);

    expect(page.url()).toBe(endpoint);
    expect(await page.getByRole('status').count()).toBe(0);
    expect(await page.evaluate(`window.told`)).toMatchObject({
      initialEndpoint: endpoint,
      endpointIsEditable: false,
      runTelemetry: false,
      initialState: {
        document: expect.stringContaining('query RunHistory'),
        variables: { page: { number: 1, size: 10 } },
        headers: { 'x-api-key': 'tk_demo', linked_account_id: 'demo@example.com' },
      },
    });
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await runButton(page).waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['its script does not come within two seconds', 2_000, () => undefined],
    [
      'its frame says nothing within ten',
      10_000,
      async (page: Page) => {
        await page.route(SCRIPT, (route) =>
          route.fulfill({ contentType: 'text/javascript', body: EMBEDDED }),
        );
        await page.route(FRAME, (route) => route.fulfill({ contentType: 'text/html', body: '' }));
      },
    ],
  ])('makes room for GraphiQL where %s', async (_case, ms, arrange) => {
    const { url, endpoint } = await startGateway();
    const { page } = await openPage(url);
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    // Nobody answers.
    await page.route(SCRIPT, () => undefined);
    await arrange(page);
    await page.goto(endpoint, { waitUntil: 'domcontentloaded' });
    if (ms > 2_000) await page.waitForFunction(`window.told !== undefined`);

    await page.clock.fastForward(ms - 1);
    expect(page.url()).toBe(endpoint);
    await page.clock.fastForward(1);

    await page.waitForURL(`${endpoint}?explorer=graphiql`);
  });
});
