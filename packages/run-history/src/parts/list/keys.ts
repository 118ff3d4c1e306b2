/** What keys do. */
export interface KeyActions {
  /** Selects a run, or does not any more. */
  readonly toggle: (runId: string) => void;
  readonly showNew: () => void;
  readonly toTop: () => void;
  /** Closes what is open; false: nothing is. */
  readonly close: () => boolean;
  readonly help: () => void;
}

/** Where typing means text, and arrows and letters belong to something else. */
const TYPING =
  'input:not([type="checkbox"]), textarea, select, [contenteditable]:not([contenteditable="false"])';
const POPUPS = '[role="dialog"], [role="menu"], [role="listbox"], [role="tablist"], [role="grid"]';
/** How long a `g` waits for what it goes to. */
const SEQUENCE_MS = 1500;

/**
 * Listens to the keys of a page. Keys with a modifier are the browser's and the host's, and those that are typed into
 * something, or that something else has taken, are left alone.
 */
export function createKeys(
  root: HTMLElement,
  actionsNow: () => KeyActions | null,
): (event: KeyboardEvent) => void {
  let wentAt = Number.NEGATIVE_INFINITY;
  return (event) => {
    const actions = actionsNow();
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented, isComposing, timeStamp } = event;
    if (actions === null || defaultPrevented || isComposing || ctrlKey || metaKey || altKey) return;
    if (!(target instanceof Element) || target.closest(TYPING) !== null) return;
    const isGoing = timeStamp - wentAt < SEQUENCE_MS;
    wentAt = key === 'g' ? timeStamp : Number.NEGATIVE_INFINITY;
    if (isTaken(root, target, key, isGoing, actions)) event.preventDefault();
  };
}

function isTaken(
  root: HTMLElement,
  target: Element,
  key: string,
  isGoing: boolean,
  actions: KeyActions,
): boolean {
  if (key === 'Escape') return target.closest(POPUPS) === null && actions.close();
  if (target.closest(POPUPS) !== null) return false;
  const row = target.closest<HTMLElement>('[role="row"]');
  switch (key) {
    case 'j':
      return move(root, row, 1);
    case 'k':
      return move(root, row, -1);
    case 'ArrowDown':
      return row !== null && move(root, row, 1);
    case 'ArrowUp':
      return row !== null && move(root, row, -1);
    case 'o':
    case 'Enter':
      return (key === 'o' || target.matches('input[type="checkbox"]')) && openRow(row);
    case 'x':
      return toggleRow(row, actions);
    case '/':
      return focus(root.querySelector<HTMLElement>('[data-rh-search]'));
    case '?':
      actions.help();
      return true;
    case 'f':
      return press(root.querySelector<HTMLElement>('[data-rh-next-failure]'));
    case 'n':
      actions.showNew();
      return true;
    case 't':
      if (!isGoing) return false;
      actions.toTop();
      focus(root.querySelector<HTMLElement>('[data-rh-list] [aria-rowindex="2"] [data-run-id]'), true);
      return true;
    default:
      return false;
  }
}

/** Goes to the next row or the one before; from elsewhere to the one that is open, or the first in sight. */
function move(root: HTMLElement, row: HTMLElement | null, by: 1 | -1): boolean {
  const at = Number(row?.getAttribute('aria-rowindex') ?? 0);
  if (at > 1) return focus(root.querySelector<HTMLElement>(rowAt(at + by)));
  const open = root.querySelector<HTMLElement>('[data-rh-list] [data-shown] [data-run-id]');
  return focus(open ?? firstInSight(root));
}

function rowAt(index: number): string {
  return `[data-rh-list] [aria-rowindex="${String(index)}"] [data-run-id]`;
}

function firstInSight(root: HTMLElement): HTMLElement | null {
  const { top } = root.getBoundingClientRect();
  const head =
    root.querySelector('[data-rh-list] [aria-rowindex="1"]')?.getBoundingClientRect().bottom ?? top;
  const links = [...root.querySelectorAll<HTMLElement>('[data-rh-list] [data-run-id]')];
  return links.find((link) => link.getBoundingClientRect().top >= head) ?? links.at(0) ?? null;
}

function openRow(row: HTMLElement | null): boolean {
  return press(row?.querySelector<HTMLElement>('[data-run-id]') ?? null);
}

function toggleRow(row: HTMLElement | null, { toggle }: KeyActions): boolean {
  const id = row?.querySelector<HTMLElement>('[data-run-id]')?.dataset['runId'];
  if (id === undefined) return false;
  toggle(id);
  return true;
}

function press(element: HTMLElement | null): boolean {
  element?.click();
  return element !== null;
}

function focus(element: HTMLElement | null, preventScroll = false): boolean {
  element?.focus({ preventScroll });
  return element !== null;
}
