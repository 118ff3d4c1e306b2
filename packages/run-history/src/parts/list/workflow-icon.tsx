import { useState } from 'react';

/** Pictures that could not be loaded: they are not asked for again while the page is there. */
const REFUSED = new Set<string>();

/** The picture of a workflow or, where there is none or it cannot be loaded, the first letter of its name. */
export function WorkflowIcon({ icon, name }: { readonly icon: string | null; readonly name: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (icon === null || icon === '' || icon === broken || REFUSED.has(icon)) {
    return (
      <span className="rh-icon-letter" aria-hidden="true">
        {Array.from(name.trim())[0]?.toUpperCase() ?? '?'}
      </span>
    );
  }
  return (
    <img
      className="rh-icon-picture"
      src={icon}
      alt=""
      width={20}
      height={20}
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      onError={() => {
        REFUSED.add(icon);
        setBroken(icon);
      }}
    />
  );
}
