import { useState } from 'react';
import type { ExecutionStatus } from '../../documents/generated.ts';
import { isOpen } from '../../core/run.ts';
import type { Changer } from '../../hooks/use-change.ts';
import type { RunDetail } from '../../hooks/use-run.ts';
import { Button } from '../base/button.tsx';
import { Dialog } from '../base/dialog.tsx';
import { useSetting } from '../setting.tsx';
import { useExpired } from './failure.tsx';

/** The states from which upstream runs again. */
const RERUNNABLE: readonly ExecutionStatus[] = ['ERRORED', 'STOPPED', 'TIMED_OUT'];

interface ButtonsProps {
  readonly run: RunDetail;
  readonly rerun: Changer;
  readonly stop: Changer;
}

/** Runs a run again, or stops it, once somebody has said so twice. Only what its state allows is offered. */
export function ChangeButtons({ run, rerun, stop }: ButtonsProps) {
  const { messages, has } = useSetting();
  const [asked, setAsked] = useState<'rerun' | 'stop' | null>(null);
  const warnings = useWarnings(run);
  const words = messages.run;
  const canRerun = has('rerun') && RERUNNABLE.includes(run.status);
  const canStop = has('stop') && isOpen(run) && run.status !== 'STOPPING';
  const close = () => {
    setAsked(null);
  };
  return (
    <>
      {canRerun && (
        <Button
          icon="rerun"
          variant="primary"
          size="small"
          disabled={rerun.phase === 'sending'}
          isFocusableWhenDisabled
          onClick={() => {
            setAsked('rerun');
          }}
        >
          {words.rerun}
        </Button>
      )}
      {canStop && (
        <Button
          icon="stop"
          size="small"
          disabled={stop.phase === 'sending'}
          isFocusableWhenDisabled
          onClick={() => {
            setAsked('stop');
          }}
        >
          {words.stop}
        </Button>
      )}
      <Confirm
        isOpen={asked === 'rerun'}
        title={words.rerunTitle}
        help={words.rerunHelp}
        word={words.rerunConfirm}
        variant="primary"
        onClose={close}
        warnings={warnings}
        onConfirm={() => {
          rerun.start(run.id);
        }}
      />
      <Confirm
        isOpen={asked === 'stop'}
        title={words.stopTitle}
        help={words.stopHelp}
        word={words.stopConfirm}
        variant="danger"
        onClose={close}
        onConfirm={() => {
          stop.start(run.id);
        }}
      />
    </>
  );
}

/** What speaks against running it again, as far as is known. */
function useWarnings(run: RunDetail): readonly string[] {
  const words = useSetting().messages.run;
  const expired = useExpired(run);
  const before = run.reruns?.length ?? 0;
  return [
    ...(before > 0 ? [words.rerunBefore(before)] : []),
    ...(expired === null ? [] : [words.rerunReconnect(expired.name ?? expired.slug ?? '')]),
  ];
}

interface ConfirmProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly help: string;
  /** What is done, on the button that does it. */
  readonly word: string;
  readonly variant: 'primary' | 'danger';
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly warnings?: readonly string[];
}

function Confirm(props: ConfirmProps) {
  const { messages } = useSetting();
  const { isOpen: isShown, title, help, word, variant, onClose, onConfirm, warnings = [] } = props;
  return (
    <Dialog
      isOpen={isShown}
      size="small"
      title={title}
      description={help}
      onOpenChange={onClose}
      footer={
        <>
          <Button onClick={onClose}>{messages.common.cancel}</Button>
          <Button
            variant={variant}
            onClick={() => {
              onClose();
              onConfirm();
            }}
          >
            {word}
          </Button>
        </>
      }
    >
      {warnings.length === 0 ? undefined : (
        <ul className="rh-confirm-warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
