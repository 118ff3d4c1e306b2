import { useId, useState } from 'react';
import { readBounds } from '../../core/view-address.ts';
import { RANGE_PRESETS, type RangePreset, type RunRange } from '../../core/view.ts';
import type { Format } from '../../core/format.ts';
import { useSetting, type Setting } from '../setting.tsx';
import type { ViewSlot } from '../slot.ts';
import { Choices } from './choices.tsx';
import { FilterPopover } from './filter-popover.tsx';

/** Chooses by when the runs were created: a preset, or days. */
export function RangeFilter({
  view,
  show,
  knowsTimes,
  isIgnored,
}: Pick<ViewSlot, 'view' | 'show' | 'knowsTimes'> & { isIgnored: boolean }) {
  const setting = useSetting();
  const { messages } = setting;
  const { range } = view;
  const preset = 'preset' in range ? range.preset : null;
  // Where upstream knows days alone, the last 24 hours cannot be told from two days.
  const presets = RANGE_PRESETS.filter((one) => knowsTimes || one !== '24h' || one === preset);
  return (
    <FilterPopover
      name={rangeInWords(range, setting)}
      icon="calendar"
      count={0}
      isIgnored={isIgnored && preset === 'all'}
    >
      {(close) => (
        <Choices
          name={messages.filters.range}
          chosen={preset === null ? [] : [preset]}
          choices={presets.map((value) => ({ value, label: messages.filters.presets[value] }))}
          onToggle={(value) => {
            show({ range: { preset: value as RangePreset } });
            close();
          }}
        >
          <Days range={range} show={show} zone={knowsTimes ? setting.timeZone : 'UTC'} />
        </Choices>
      )}
    </FilterPopover>
  );
}

function Days({
  range,
  show,
  zone,
}: {
  readonly range: RunRange;
  readonly show: ViewSlot['show'];
  readonly zone: string;
}) {
  const { messages } = useSetting();
  const id = useId();
  // While one types a year, the day is of the years 2, 20 and 202: it is shown, and not asked for.
  const [{ from, to }, setDays] = useState(() => daysOf(range));
  const change = (next: { readonly from: string; readonly to: string }) => {
    setDays(next);
    const isEmpty = next.from === '' && next.to === '';
    const bounds = readBounds(next.from, next.to);
    const isWhole = bounds !== null && (bounds.from ?? '') === next.from && (bounds.to ?? '') === next.to;
    if (isEmpty) show({ range: { preset: 'all' } });
    else if (isWhole) show({ range: bounds });
  };
  return (
    <div className="rh-days">
      <label className="rh-days-label" htmlFor={`${id}-from`}>
        {messages.filters.from}
      </label>
      <input
        id={`${id}-from`}
        className="rh-days-input"
        type="date"
        value={from}
        max={to || undefined}
        onChange={(event) => {
          change({ from: event.target.value, to });
        }}
      />
      <label className="rh-days-label" htmlFor={`${id}-to`}>
        {messages.filters.to}
      </label>
      <input
        id={`${id}-to`}
        className="rh-days-input"
        type="date"
        value={to}
        min={from || undefined}
        onChange={(event) => {
          change({ from, to: event.target.value });
        }}
      />
      <p className="rh-days-zone">{messages.filters.daysIn(zone)}</p>
    </div>
  );
}

function daysOf(range: RunRange): { readonly from: string; readonly to: string } {
  if ('preset' in range) return { from: '', to: '' };
  return { from: range.from?.slice(0, 10) ?? '', to: range.to?.slice(0, 10) ?? '' };
}

/** A range as a filter is called. */
export function rangeInWords(range: RunRange, { messages, format, locale }: Setting): string {
  const words = messages.filters;
  if ('preset' in range) return words.presets[range.preset];
  const { from, to } = range;
  if (from !== null && to !== null) {
    const ends = [boundInWords(from, format, locale), boundInWords(to, format, locale)] as const;
    return ends[0] === ends[1] ? ends[0] : words.between(...ends);
  }
  if (from !== null) return words.since(boundInWords(from, format, locale));
  return to === null ? words.presets.all : words.until(boundInWords(to, format, locale));
}

/** A day is a day everywhere; a moment is said by the clocks of the page. */
function boundInWords(bound: string, format: Format, locale: string | undefined): string {
  if (bound.length > 10) return format.short(bound);
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(bound));
}
