import { createRoot, type Root } from 'react-dom/client';
import { stylesheetOf } from './stylesheet.ts';

/**
 * Begins a React root of its own in the shadow root of `host`, which gets one where it has none.
 *
 * It is no portal: an event from within a portal in a shadow root reaches the React handlers around the host twice,
 * once by React's tree, and once retargeted to the host.
 * @returns where to render; `unmount` may be called at any time
 */
export function openShadow(host: HTMLElement): Pick<Root, 'render' | 'unmount'> {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [stylesheetOf(host.ownerDocument)];
  const place = host.ownerDocument.createElement('div');
  place.className = 'rh-place';
  shadow.append(place);
  const root = createRoot(place);
  return {
    render: (node) => {
      root.render(node);
    },
    unmount: () => {
      place.remove();
      // React refuses to unmount a root while it renders another.
      queueMicrotask(() => {
        root.unmount();
      });
    },
  };
}
