// The public surface of `@refold-gateway/run-history/element`: importing it defines `<refold-run-history>`.
import { RunHistoryElement } from './element/refold-run-history.ts';

export { RunHistoryElement };

declare global {
  interface HTMLElementTagNameMap {
    'refold-run-history': RunHistoryElement;
  }
}

// It may be on a page twice, or nowhere where there are elements.
if ('customElements' in globalThis && customElements.get('refold-run-history') === undefined) {
  customElements.define('refold-run-history', RunHistoryElement);
}
