import { useState } from 'react';
import { useSetting } from '../setting.tsx';
import { MarkedText } from './marked-text.tsx';

/** How many members are shown before somebody asks for more. */
const PAGE = 100;
/** A value is open throughout at first if it has no more characters than this. */
const SMALL_CHARACTERS = 2000;
/** In a larger one, containers no larger than this are, down to this depth. */
const OPEN_SIZE = 30;
const OPEN_DEPTH = 2;

/** Any JSON as a tree that folds. Texts are shown as texts, whatever is in them. */
export function JsonValue({ value }: { readonly value: unknown }) {
  const isSmall = JSON.stringify(value).length <= SMALL_CHARACTERS;
  return (
    <div className="rh-json">
      <JsonMember name={null} value={value} depth={0} isSmall={isSmall} />
    </div>
  );
}

interface MemberProps {
  /** Null: the whole, or an item of a list. */
  readonly name: string | null;
  readonly value: unknown;
  readonly depth: number;
  /** Whether the whole is small. */
  readonly isSmall: boolean;
}

function JsonMember({ name, value, depth, isSmall }: MemberProps) {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    return <JsonBranch name={name} value={value} depth={depth} isSmall={isSmall} />;
  }
  return (
    <div className="rh-json-leaf">
      <JsonName name={name} />
      <JsonLeaf value={value} />
    </div>
  );
}

function JsonBranch({ name, value, depth, isSmall }: MemberProps & { readonly value: object }) {
  const { messages } = useSetting();
  const members: readonly (readonly [string, unknown])[] = Object.entries(value);
  const isList = Array.isArray(value);
  const [isOpen, setOpen] = useState(
    isSmall || depth === 0 || (depth < OPEN_DEPTH && members.length <= OPEN_SIZE),
  );
  const [shown, setShown] = useState(PAGE);
  const { items, fields, moreItems } = messages.run;
  const size = isList ? items(members.length) : fields(members.length);
  const rest = members.length - shown;
  return (
    <div className="rh-json-branch">
      <button
        type="button"
        className="rh-json-toggle"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        <JsonName name={name} />
        <span className="rh-json-size">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </button>
      {isOpen && (
        <ul className="rh-json-members">
          {members.slice(0, shown).map(([key, member]) => (
            <li key={key}>
              <JsonMember name={key} value={member} depth={depth + 1} isSmall={isSmall} />
            </li>
          ))}
          {rest > 0 && (
            <li>
              <button
                type="button"
                className="rh-json-more"
                onClick={() => {
                  setShown(shown + PAGE);
                }}
              >
                {moreItems(Math.min(rest, PAGE))}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function JsonName({ name }: { readonly name: string | null }) {
  return name === null ? null : (
    <>
      <span className="rh-json-name">{name}</span>
      <span className="rh-json-colon">: </span>
    </>
  );
}

function JsonLeaf({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    return (
      <span className="rh-json-text" data-kind="text">
        <MarkedText text={value} />
      </span>
    );
  }
  const kind = value === null ? 'null' : typeof value;
  return (
    <span className="rh-json-scalar" data-kind={kind}>
      {JSON.stringify(value)}
    </span>
  );
}
