declare global {
  interface Window {
    /** Defines the element, when a test wants it. */
    defineElement: () => Promise<unknown>;
  }
}

window.defineElement = () => import('@refold-gateway/run-history/element');

export {};
