import type { CDPSession, Page } from 'playwright-core';

/** What has the focus, as those see it who cannot use a mouse. */
export interface Focused {
  readonly role: string;
  /** As a screen reader says it. */
  readonly name: string;
  /** Whether it can be seen that it has the focus: it is in the window, nothing lies over it, and it has an outline. */
  readonly isSeen: boolean;
}

/** A keyboard that looks at what it does. */
export interface Keyboard {
  /** What has the focus now. */
  readonly focused: () => Promise<Focused>;
  /** Presses Tab until that has the focus; fails where a step on the way cannot be seen or has no name. */
  readonly tabTo: (role: string, name: string | RegExp, key?: 'Tab' | 'Shift+Tab') => Promise<void>;
}

/** Longer than the way round the page. */
const MOST_STEPS = 120;

/** The page is left, for the browser's own controls; it goes on from there. */
const OUTSIDE: Focused = { role: '', name: '', isSeen: false };

const DEEPEST = `(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element === document.body ? null : element;
})()`;

/** An outline of its own, of what it draws behind itself, or of what it stands in. */
const IS_SEEN = `function () {
  const { left, top, right, bottom } = this.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const over = this.getRootNode().elementFromPoint(x, y);
  const isOnTop = over !== null && (this.contains(over) || over.contains(this));
  const styles = [
    getComputedStyle(this), getComputedStyle(this, '::after'), getComputedStyle(this.parentElement),
  ];
  const isOutlined = styles.some((style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
  return isOnTop && isOutlined;
}`;

/** Uses a page without a mouse. */
export async function keyboardOf(page: Page): Promise<Keyboard> {
  const session = await page.context().newCDPSession(page);
  const focused = () => lookAtFocus(session);
  return {
    focused,
    tabTo: async (role, name, key = 'Tab') => {
      const way: string[] = [];
      for (let step = 0; step < MOST_STEPS; step++) {
        await page.keyboard.press(key);
        const now = await focused();
        way.push(`${now.role} "${now.name}"`);
        if (now === OUTSIDE) continue;
        if (!now.isSeen || now.name === '') {
          throw new Error(
            `The focus is ${now.isSeen ? 'on something without a name' : 'not to be seen'}: ${way.slice(-3).join(', ')}`,
          );
        }
        const isName = typeof name === 'string' ? now.name === name : name.test(now.name);
        if (now.role === role && isName) return;
      }
      throw new Error(`Tab never comes to ${role} ${String(name)}: ${way.join(', ')}`);
    },
  };
}

async function lookAtFocus(session: CDPSession): Promise<Focused> {
  const { result } = await session.send('Runtime.evaluate', { expression: DEEPEST });
  const { objectId } = result;
  if (objectId === undefined) return OUTSIDE;
  const { nodes } = await session.send('Accessibility.getPartialAXTree', { objectId, fetchRelatives: false });
  const seen = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: IS_SEEN,
    returnByValue: true,
  });
  const [node] = nodes;
  return {
    role: String(node?.role?.value ?? ''),
    name: String(node?.name?.value ?? ''),
    isSeen: seen.result.value === true,
  };
}
