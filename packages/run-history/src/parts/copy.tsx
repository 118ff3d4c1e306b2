import { useEffect, useRef, useState } from 'react';
import { Button, IconButton } from './base/button.tsx';
import { useSetting } from './setting.tsx';

/** How long it is said that something was copied. */
const SAID_MS = 2000;

/** What became of a copy. `failed`: the browser does not let pages copy here. */
export type Copied = 'idle' | 'copied' | 'failed';

/** Copies texts, and says for a moment what became of it. */
export function useCopy(): { readonly copied: Copied; readonly copy: (text: string) => void } {
  const [copied, setCopied] = useState<Copied>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
    },
    [],
  );
  const copy = (text: string) => {
    void copyText(text).then((isDone) => {
      setCopied(isDone ? 'copied' : 'failed');
      clearTimeout(timer.current);
      if (isDone) {
        timer.current = setTimeout(() => {
          setCopied('idle');
        }, SAID_MS);
      }
    });
  };
  return { copied, copy };
}

/** The clipboard is missing outside of HTTPS, and a frame may be refused it. */
/** Puts a text where it can be pasted from; false where the browser refuses. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** A text to be copied. */
export interface CopyProps {
  readonly text: string;
  /** Which text, for those who do not see where the button stands. */
  readonly label: string;
  /** Whether the button has a word, and not only an icon. */
  readonly hasWord?: boolean;
}

/** Copies a text. */
export function CopyButton({ text, label, hasWord = false }: CopyProps) {
  const { common } = useSetting().messages;
  const { copied, copy } = useCopy();
  const word = { idle: common.copy, copied: common.copied, failed: common.notCopied }[copied];
  const button = {
    className: 'rh-copy',
    variant: 'ghost',
    size: 'small',
    icon: copied === 'copied' ? 'check' : 'copy',
    'data-copied': copied,
    onClick: () => {
      copy(text);
    },
  } as const;
  return (
    <>
      {hasWord ? (
        <Button {...button} aria-label={copied === 'idle' ? label : word}>
          {word}
        </Button>
      ) : (
        <IconButton {...button} label={copied === 'idle' ? label : word} />
      )}
      <span className="rh-hidden" role="status">
        {copied === 'idle' ? '' : word}
      </span>
    </>
  );
}
