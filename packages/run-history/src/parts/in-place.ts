/** What tells of a click how it was meant. */
interface Click {
  readonly button: number;
  readonly metaKey: boolean;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly preventDefault: () => void;
}

/** For a link's `onClick`: does this instead of following it, unless the click is meant to open the link elsewhere. */
export function inPlace(open: () => void): (click: Click) => void {
  return (click) => {
    if (click.button !== 0 || click.metaKey || click.ctrlKey || click.shiftKey || click.altKey) return;
    click.preventDefault();
    open();
  };
}
