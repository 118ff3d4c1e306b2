import { useState } from 'react';

/** The picture of a workflow or, where there is none or it cannot be loaded, the first letter of its name. */
export function WorkflowIcon({ icon, name }: { readonly icon: string | null; readonly name: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  if (icon === null || icon === '' || icon === broken) {
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
        setBroken(icon);
      }}
    />
  );
}
