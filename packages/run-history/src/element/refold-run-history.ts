import { createElement } from 'react';
import { createGatewayClient } from '../core/gateway-client.ts';
import type { RunClient } from '../core/run-client.ts';
import type { Address } from '../hooks/use-view.ts';
import { RunHistoryProvider } from '../hooks/provider.tsx';
import { Root } from '../page/root.tsx';
import { openShadow } from '../page/shadow.ts';
import type { Feature, SettingProps } from '../parts/setting.tsx';

/** Where there are no elements, as on a server, the module can be imported and does nothing. */
const Base = ('HTMLElement' in globalThis ? HTMLElement : Object) as typeof HTMLElement;

/** What can be set before the element is defined, and is taken over when it is. */
const PROPERTIES = ['getToken', 'client', 'address', 'messages', 'onReconnect'] as const;

const ATTRIBUTES = [
  'url',
  'documents',
  'locale',
  'time-zone',
  'theme',
  'features',
  'address-prefix',
  'views-key',
] as const;

type GetToken = () => Promise<string | null> | string | null;

/**
 * `<refold-run-history url="…">`: the page in a shadow root, with React inside.
 *
 * Attributes: `url` of the gateway, `documents` (`ids`: it is told what to run by ids, see `GatewayOptions`), `locale`, `time-zone`, `theme` (`auto`, `light`, `dark`), `features` (what is hidden
 * and shown, such as `-rerun -export budget`), `address-prefix` (of its names in the page's address; `rh-` unless told otherwise),
 * `views-key` (under which views are saved; the linked account unless told otherwise).
 *
 * It fires `reconnect`, with the application as its `detail`, when somebody asks to connect it anew.
 */
export class RunHistoryElement extends Base {
  static readonly observedAttributes = ATTRIBUTES;

  #getToken: GetToken | null = null;
  #client: RunClient | null = null;
  #address: Address | undefined;
  #messages: SettingProps['messages'];
  #onReconnect: SettingProps['onReconnect'];
  #ownClient: { readonly key: string; readonly client: RunClient } | null = null;
  #root: ReturnType<typeof openShadow> | null = null;
  #isListenedTo = false;
  #isDue = false;

  /** Your product's token for who is signed in; asked for whenever one is needed. Another function begins anew. */
  get getToken(): GetToken | null {
    return this.#getToken;
  }
  set getToken(getToken: GetToken | null) {
    // Another function may be another account's: nothing of the former one stays.
    if (this.#getToken !== getToken) this.#ownClient = null;
    this.#getToken = getToken;
    this.#changed();
  }

  /** Instead of `url` and `getToken`. */
  get client(): RunClient | null {
    return this.#client;
  }
  set client(client: RunClient | null) {
    this.#client = client;
    this.#changed();
  }

  /** Where filters and the open run are kept; the browser's address unless told otherwise. */
  get address(): Address | undefined {
    return this.#address;
  }
  set address(address: Address | undefined) {
    this.#address = address;
    this.#changed();
  }

  /** Words in another language, or other words. */
  get messages(): SettingProps['messages'] {
    return this.#messages;
  }
  set messages(messages: SettingProps['messages']) {
    this.#messages = messages;
    this.#changed();
  }

  /** Opens your own page to connect an application anew. A listener to `reconnect` does the same. */
  get onReconnect(): SettingProps['onReconnect'] {
    return this.#onReconnect;
  }
  set onReconnect(onReconnect: SettingProps['onReconnect']) {
    this.#onReconnect = onReconnect;
    this.#changed();
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#upgrade(name);
    this.#root ??= openShadow(this);
    this.#changed();
  }

  disconnectedCallback(): void {
    // An element that is moved is disconnected and connected at once, and goes on as it was.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#root?.unmount();
      this.#root = null;
    });
  }

  attributeChangedCallback(): void {
    this.#changed();
  }

  override addEventListener(...[type, ...rest]: Parameters<HTMLElement['addEventListener']>): void {
    super.addEventListener(type, ...rest);
    if (type !== 'reconnect') return;
    this.#isListenedTo = true;
    this.#changed();
  }

  /** A property that was set before the element was defined hides the accessor: sets it anew. */
  #upgrade(name: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    Reflect.deleteProperty(this, name);
    Object.assign(this, { [name]: value });
  }

  /** Renders once for all that changes at a time. */
  #changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.#render();
    });
  }

  #render(): void {
    const client = this.#client ?? this.#clientOf(this.getAttribute('url'));
    if (client === null) {
      this.#root?.render(null);
      return;
    }
    const page = createElement(Root, {
      address: this.#address,
      addressPrefix: this.getAttribute('address-prefix') ?? undefined,
      viewsKey: this.getAttribute('views-key') ?? undefined,
      theme: oneOf(['auto', 'light', 'dark'] as const, this.getAttribute('theme')),
      locale: this.getAttribute('locale') ?? undefined,
      timeZone: this.getAttribute('time-zone') ?? undefined,
      features: readFeatures(this.getAttribute('features') ?? ''),
      messages: this.#messages,
      onReconnect: this.#onReconnect ?? (this.#isListenedTo ? this.#tellReconnect : undefined),
    });
    this.#root?.render(createElement(RunHistoryProvider, { client }, page));
  }

  #clientOf(url: string | null): RunClient | null {
    if (url === null) return null;
    const documents = oneOf(['ids'] as const, this.getAttribute('documents')) ?? 'text';
    const key = `${documents} ${url}`;
    if (this.#ownClient?.key !== key) {
      const getToken = () => this.#getToken?.() ?? null;
      this.#ownClient = { key, client: createGatewayClient({ url, getToken, documents }) };
    }
    return this.#ownClient.client;
  }

  readonly #tellReconnect: NonNullable<SettingProps['onReconnect']> = (application) => {
    this.dispatchEvent(new CustomEvent('reconnect', { detail: application }));
  };
}

/** `-rerun -export budget`: what is hidden, behind a hyphen, and what is shown. */
function readFeatures(text: string): Readonly<Partial<Record<Feature, boolean>>> {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(words.map((word) => [word.replace(/^-/, ''), !word.startsWith('-')]));
}

function oneOf<One extends string>(all: readonly One[], one: string | null): One | undefined {
  return all.find((each) => each === one);
}
