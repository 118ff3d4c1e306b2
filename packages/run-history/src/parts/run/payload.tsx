import { useState } from 'react';
import { Button } from '../base/button.tsx';
import { CopyButton } from '../copy.tsx';
import { saveFile } from '../save-file.ts';
import { useSetting } from '../setting.tsx';
import { bytesOf, cutOf, MOST_BYTES, textOf, type More } from './cut.ts';
import { JsonValue } from './json-value.tsx';
import { MarkedText } from './marked-text.tsx';

/** One value that a step was sent or gave out. */
export interface PayloadProps {
  readonly value: unknown;
  /** What it is, such as `Output`: for those who do not see where it stands. */
  readonly name: string;
  /** What it is called once it is kept, without an ending. */
  readonly fileName: string;
  /** Said where the value is null. */
  readonly none: string;
  /** Asks for more of a value that was cut, and how much that is; null: there is no more to ask for. */
  readonly more: More | null;
}

/** A value as a tree or as text, with its size, to be copied and kept. Nothing in it is ever rendered as HTML. */
export function Payload({ value, name, fileName, none, more }: PayloadProps) {
  const { format } = useSetting();
  const cut = cutOf(value);
  if (value === null || value === undefined) return <p className="rh-payload-none">{none}</p>;
  const text = cut === null ? textOf(value) : cut.preview;
  const isTree = cut === null && typeof value === 'object';
  return (
    <PayloadFrame
      name={name}
      text={text}
      fileName={`${fileName}${isTree ? '.json' : '.txt'}`}
      size={format.bytes(cut?.bytes ?? bytesOf(value))}
      tree={isTree ? <JsonValue value={value} /> : null}
    >
      {cut !== null && <CutNote bytes={cut.bytes} shown={cut.preview.length} more={more} />}
    </PayloadFrame>
  );
}

interface FrameProps {
  readonly name: string;
  readonly text: string;
  readonly fileName: string;
  readonly size: string;
  /** Null: there is only the text. */
  readonly tree: React.ReactNode;
  readonly children: React.ReactNode;
}

function PayloadFrame({ name, text, fileName, size, tree, children }: FrameProps) {
  const { messages } = useSetting();
  const [isText, setText] = useState(false);
  const words = messages.run;
  return (
    <div className="rh-payload">
      <div className="rh-payload-bar">
        <span className="rh-payload-size">{size}</span>
        {tree !== null && (
          <div className="rh-run-choice" role="group" aria-label={words.form}>
            {[false, true].map((is) => (
              <button
                key={String(is)}
                type="button"
                className="rh-run-choice-item"
                aria-pressed={isText === is}
                onClick={() => {
                  setText(is);
                }}
              >
                {is ? words.asText : words.asTree}
              </button>
            ))}
          </div>
        )}
        <CopyButton text={text} label={words.copy(name)} hasWord />
        <Button
          size="small"
          variant="ghost"
          icon="download"
          aria-label={words.downloadOf(name)}
          onClick={() => {
            saveFile(fileName, fileName.endsWith('.json') ? 'application/json' : 'text/plain', text);
          }}
        >
          {messages.common.download}
        </Button>
      </div>
      {children}
      <div className="rh-payload-value" role="group" aria-label={name} tabIndex={0}>
        {tree === null || isText ? (
          <pre className="rh-payload-text">
            <MarkedText text={text} isWhole />
          </pre>
        ) : (
          tree
        )}
      </div>
    </div>
  );
}

function CutNote({
  bytes,
  shown,
  more,
}: {
  readonly bytes: number;
  readonly shown: number;
  readonly more: PayloadProps['more'];
}) {
  const { messages, format } = useSetting();
  return (
    <p className="rh-payload-cut" role="note">
      {messages.run.truncated(format.bytes(shown), format.bytes(bytes))}{' '}
      {more === null ? (
        messages.run.noMore(format.bytes(MOST_BYTES))
      ) : (
        <Button size="small" disabled={more.isAsking} onClick={more.ask}>
          {messages.run.showMore(format.bytes(Math.min(more.bytes, bytes)))}
        </Button>
      )}
    </p>
  );
}
