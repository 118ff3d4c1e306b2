import { createContext, useContext, type ReactNode } from 'react';
import { inPlace } from '../in-place.ts';

/** Where other runs are, as the host of a run knows it. */
export interface RunPlace {
  /** The address of a run's page, for links and to be shared; null: runs have none. */
  readonly hrefOf: ((id: string) => string) | null;
  /** Opens another run where this one is; null: links lead there as links do. */
  readonly onOpen: ((id: string) => void) | null;
}

const Context = createContext<RunPlace>({ hrefOf: null, onOpen: null });

/** Tells the parts below where other runs are. */
export const RunPlaceProvider = Context.Provider;

/** Where other runs are; nowhere, outside of a `RunPlaceProvider`. */
export function useRunPlace(): RunPlace {
  return useContext(Context);
}

/** Leads to another run; opens in a new tab as any link does. */
export function RunLink({ id, children, ...attributes }: RunLinkProps) {
  const { hrefOf, onOpen } = useRunPlace();
  const open = inPlace(() => onOpen?.(id));
  if (hrefOf === null && onOpen === null) return <span {...attributes}>{children}</span>;
  if (hrefOf === null) {
    return (
      <button type="button" {...attributes} onClick={open}>
        {children}
      </button>
    );
  }
  return (
    <a href={hrefOf(id)} {...attributes} onClick={onOpen === null ? undefined : open}>
      {children}
    </a>
  );
}

/** A link to a run. */
export interface RunLinkProps {
  readonly id: string;
  readonly children: ReactNode;
  readonly className?: string | undefined;
  readonly title?: string | undefined;
  readonly 'aria-label'?: string | undefined;
  readonly 'aria-current'?: 'true' | undefined;
}
