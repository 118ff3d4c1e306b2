import { useState, type ReactNode } from 'react';
import { openSavedView, savedViewOf, type SavedView } from '../../core/saved-views.ts';
import { FAILED_STATUSES } from '../../core/run.ts';
import { DEFAULT_VIEW, type RunView } from '../../core/view.ts';
import { useViewer } from '../../hooks/use-overview.ts';
import { useSavedViews } from '../../hooks/use-saved-views.ts';
import { IconButton } from '../base/button.tsx';
import { Menu, MenuItem } from '../base/menu.tsx';
import { useToast } from '../base/toast.tsx';
import { copyText } from '../copy.tsx';
import { NameView } from '../filters/name-view.tsx';
import { inPlace } from '../in-place.ts';
import { useSetting, type Setting } from '../setting.tsx';
import type { ViewSlot } from '../slot.ts';

/** The views that come with the page, and those that were saved in this browser. */
export function SavedViews({ view, show, hrefOf }: ViewSlot) {
  const setting = useSetting();
  const words = setting.messages.filters.views;
  const saved = useOwnViews();
  const ready = readyMade(setting);
  const current = ready.find((one) => isSame(one.view, view))?.name ?? savedViewOf(saved.views, view)?.name;
  // The one that was opened last stays marked when it is changed, so that the change can be kept.
  const [opened, setOpened] = useState<string | null>(null);
  const changed = current === undefined ? saved.views.find(({ name }) => name === opened) : undefined;
  const open = (name: string, next: RunView) => {
    setOpened(name);
    show(next);
  };
  const link = (name: string, next: RunView, children?: ReactNode) => (
    <ViewLink
      key={name}
      name={name}
      href={hrefOf(next)}
      isCurrent={name === current}
      isChanged={name === changed?.name}
      open={() => {
        open(name, next);
      }}
    >
      {children}
    </ViewLink>
  );
  return (
    <nav className="rh-views" aria-label={words.title}>
      <ul className="rh-views-list">
        {ready.map((one) => link(one.name, one.view))}
        {saved.views.map((one) =>
          link(one.name, openSavedView(one), <ViewMenu saved={one} {...saved} hrefOf={hrefOf} />),
        )}
      </ul>
      {current === undefined && (
        <NameView
          key={changed?.name}
          label={words.save}
          name={changed?.name ?? ''}
          isKept={saved.isKept}
          onName={(name) => {
            saved.save(name, view);
            setOpened(name);
          }}
        />
      )}
    </nav>
  );
}

/** The views of who is signed in: others who share the browser have their own. Until that is known, there are none. */
function useOwnViews(): ReturnType<typeof useSavedViews> {
  const { viewsKey } = useSetting();
  const { data: viewer } = useViewer({ isEnabled: viewsKey === null });
  const owner = viewsKey ?? viewer?.linkedAccountId ?? null;
  return useSavedViews(owner === null ? { storage: null } : { key: `refold-run-history.views.${owner}` });
}

function ViewLink(props: {
  readonly name: string;
  readonly href: string;
  readonly isCurrent: boolean;
  readonly isChanged: boolean;
  readonly open: () => void;
  readonly children: ReactNode;
}) {
  const { messages } = useSetting();
  const { name, href, isCurrent, isChanged, open, children } = props;
  return (
    <li className="rh-view" data-current={isCurrent || isChanged ? '' : undefined}>
      <a
        className="rh-view-link"
        href={href}
        aria-current={isCurrent ? 'page' : undefined}
        onClick={inPlace(open)}
      >
        {name}
        {isChanged && ' '}
        {isChanged && <span className="rh-view-changed">{messages.filters.views.changed}</span>}
      </a>
      {children}
    </li>
  );
}

interface ViewMenuProps extends Pick<ViewSlot, 'hrefOf'> {
  readonly saved: SavedView;
  readonly rename: (name: string, newName: string) => void;
  readonly remove: (name: string) => void;
}

function ViewMenu({ saved, rename, remove, hrefOf }: ViewMenuProps) {
  const { messages, has } = useSetting();
  const words = messages.filters.views;
  const say = useToast();
  const [isNaming, setNaming] = useState(false);
  const { name } = saved;
  const share = async () => {
    const url = new URL(hrefOf(openSavedView(saved)), window.location.href).href;
    say(
      (await copyText(url))
        ? { title: words.shared }
        : { title: words.notShared, description: url, kind: 'warning' },
    );
  };
  if (isNaming) {
    return (
      <NameView
        label={words.rename}
        name={name}
        isKept
        isOpenAtFirst
        onName={(next) => {
          rename(name, next);
        }}
        onClose={() => {
          setNaming(false);
        }}
      />
    );
  }
  return (
    <Menu align="start" trigger={<IconButton size="small" icon="more" label={words.more(name)} />}>
      {has('share') && (
        <MenuItem icon="link" onChoose={() => void share()}>
          {words.share}
        </MenuItem>
      )}
      <MenuItem
        icon="edit"
        onChoose={() => {
          setNaming(true);
        }}
      >
        {words.rename}
      </MenuItem>
      <MenuItem
        icon="trash"
        isDanger
        onChoose={() => {
          remove(name);
        }}
      >
        {words.remove}
      </MenuItem>
    </Menu>
  );
}

interface ReadyMade {
  readonly name: string;
  readonly view: RunView;
}

/** Views that come with the page. */
function readyMade({ messages }: Setting): readonly ReadyMade[] {
  const words = messages.filters.views;
  return [
    { name: words.all, view: DEFAULT_VIEW },
    {
      name: words.failedToday,
      view: { ...DEFAULT_VIEW, status: FAILED_STATUSES, range: { preset: 'today' } },
    },
    {
      name: words.running,
      view: { ...DEFAULT_VIEW, status: ['RUNNING', 'STOPPING'], range: { preset: 'all' } },
    },
  ];
}

/** Whether two views show the same, whatever run is open. */
function isSame(one: RunView, other: RunView): boolean {
  return JSON.stringify({ ...one, runId: null }) === JSON.stringify({ ...other, runId: null });
}
