import { Button, IconButton } from '../base/button.tsx';
import { Icon } from '../base/icon.tsx';
import { useCopy } from '../copy.tsx';
import { useSetting } from '../setting.tsx';
import { useRunPlace } from './run-place.tsx';

/** The runs before and after a run in the list that it was opened from; null: there is none. */
export interface Neighbours {
  readonly previousId: string | null;
  readonly nextId: string | null;
}

interface BarProps {
  readonly id: string;
  readonly onClose: (() => void) | undefined;
  readonly neighbours: Neighbours | undefined;
}

/** What leads away from a run: to those before and after it, to others by a link, and back to the list. */
export function RunBar({ id, onClose, neighbours }: BarProps) {
  const { messages, has } = useSetting();
  const { hrefOf } = useRunPlace();
  const words = messages.run;
  const canShare = has('share') && hrefOf !== null;
  if (onClose === undefined && neighbours === undefined && !canShare) return null;
  return (
    <div className="rh-run-bar">
      {onClose !== undefined && (
        <Button
          className="rh-run-close"
          variant="ghost"
          size="small"
          aria-label={words.back}
          onClick={onClose}
        >
          <span className="rh-run-close-back">
            <Icon name="arrow-left" /> {words.back}
          </span>
          <span className="rh-run-close-cross">
            <Icon name="close" />
          </span>
        </Button>
      )}
      {neighbours !== undefined && <Turn {...neighbours} />}
      <span className="rh-run-gap" />
      {canShare && <Share key={id} href={hrefOf(id)} />}
    </div>
  );
}

function Turn({ previousId, nextId }: Neighbours) {
  const { messages } = useSetting();
  const { onOpen } = useRunPlace();
  const open = (id: string | null) => () => {
    if (id !== null) onOpen?.(id);
  };
  return (
    <span className="rh-run-turn">
      <IconButton
        icon="chevron-up"
        size="small"
        label={messages.run.previousRun}
        disabled={previousId === null}
        isFocusableWhenDisabled
        onClick={open(previousId)}
      />
      <IconButton
        icon="chevron-down"
        size="small"
        label={messages.run.nextRun}
        disabled={nextId === null}
        isFocusableWhenDisabled
        onClick={open(nextId)}
      />
    </span>
  );
}

/** Copies the address of the run; shows it where the browser does not let pages copy. */
function Share({ href }: { readonly href: string }) {
  const { messages } = useSetting();
  const { copied, copy } = useCopy();
  const words = messages.run;
  const url = new URL(href, window.location.href).href;
  return (
    <>
      {copied === 'failed' && (
        <input
          className="rh-share-url"
          aria-label={words.notCopied}
          readOnly
          value={url}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
        />
      )}
      <Button
        size="small"
        variant="ghost"
        icon="link"
        onClick={() => {
          copy(url);
        }}
      >
        <span aria-live="polite">{copied === 'copied' ? words.shared : words.share}</span>
      </Button>
    </>
  );
}
