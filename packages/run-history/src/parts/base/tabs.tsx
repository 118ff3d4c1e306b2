import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

/** One of several panels that share a place. */
export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
  readonly content: ReactNode;
}

/** Several panels, of which one is shown. */
export function Tabs<Id extends string>({
  label,
  tabs,
  selected,
  onSelect,
}: {
  /** Of the row of tabs. */
  readonly label: string;
  readonly tabs: readonly Tab<Id>[];
  /** Where the one around it says which; the first at the beginning unless told otherwise. */
  readonly selected?: Id | undefined;
  readonly onSelect?: ((id: Id) => void) | undefined;
}) {
  const chosen = selected === undefined ? { defaultValue: tabs[0]?.id } : { value: selected };
  return (
    <BaseTabs.Root
      className="rh-tabs"
      {...chosen}
      onValueChange={(id: Id) => {
        onSelect?.(id);
      }}
    >
      <BaseTabs.List className="rh-tab-list" aria-label={label}>
        {tabs.map((tab) => (
          <BaseTabs.Tab key={tab.id} className="rh-tab" value={tab.id}>
            {tab.label}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.id} className="rh-tab-panel" value={tab.id}>
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
