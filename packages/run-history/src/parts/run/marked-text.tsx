import { Fragment, useState } from 'react';
import { useSetting } from '../setting.tsx';

/** What stands where a secret was. */
const REDACTED = '[redacted]';
/** How much of a text is shown before somebody asks for all of it. */
const SHORT_CHARACTERS = 2000;

/** A text, with a mark where a secret was. Long ones are cut until somebody asks. */
export function MarkedText({ text, isWhole = false }: { readonly text: string; readonly isWhole?: boolean }) {
  const { messages, format } = useSetting();
  const [isOpen, setOpen] = useState(isWhole || text.length <= SHORT_CHARACTERS);
  if (isOpen) return <Marked text={text} />;
  return (
    <>
      <Marked text={`${text.slice(0, SHORT_CHARACTERS)}…`} />{' '}
      <button
        type="button"
        className="rh-json-more"
        onClick={() => {
          setOpen(true);
        }}
      >
        {messages.run.wholeText(format.number(text.length))}
      </button>
    </>
  );
}

function Marked({ text }: { readonly text: string }) {
  const { redactedHelp } = useSetting().messages.run;
  const [first = '', ...rest] = text.split(REDACTED);
  return (
    <>
      {first}
      {rest.map((part, index) => (
        <Fragment key={index}>
          <mark className="rh-redacted" title={redactedHelp}>
            {REDACTED}
          </mark>
          {part}
        </Fragment>
      ))}
    </>
  );
}
