/** Drawings on a grid of 16 by 16, in strokes of the text's colour. */
const PATHS = {
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0 -9M10.4 10.4L13.5 13.5',
  close: 'M4 4L12 12M12 4L4 12',
  check: 'M3.5 8.5L6.5 11.5L12.5 4.5',
  minus: 'M4 8H12',
  plus: 'M8 3.5V12.5M3.5 8H12.5',
  'chevron-down': 'M4.5 6.5L8 10L11.5 6.5',
  'chevron-up': 'M4.5 9.5L8 6L11.5 9.5',
  'chevron-right': 'M6.5 4.5L10 8L6.5 11.5',
  'chevron-left': 'M9.5 4.5L6 8L9.5 11.5',
  'arrow-left': 'M12.5 8H3.5M7 4.5L3.5 8L7 11.5',
  'arrow-up': 'M8 12.5V3.5M4.5 7L8 3.5L11.5 7',
  'arrow-down': 'M8 3.5V12.5M4.5 9L8 12.5L11.5 9',
  external: 'M9.5 3H13V6.5M13 3L7.5 8.5M11 9.5V12.5H3.5V5H6.5',
  filter: 'M2.5 4.5H13.5M4.5 8H11.5M6.5 11.5H9.5',
  copy: 'M6 6H13V13H6ZM10 6V3H3V10H6',
  download: 'M8 2.5V10M4.5 6.75L8 10.25L11.5 6.75M3 13H13',
  rerun: 'M12.8 6.5A5 5 0 1 0 13 8.6M13.2 3.2V6.7H9.7',
  stop: 'M4.5 4.5H11.5V11.5H4.5Z',
  pause: 'M5.5 4V12M10.5 4V12',
  play: 'M5 3.5L12 8L5 12.5Z',
  link: 'M6.7 9.3L9.3 6.7M7 5L8.7 3.3A2.83 2.83 0 0 1 12.7 7.3L11 9M9 11L7.3 12.7A2.83 2.83 0 0 1 3.3 8.7L5 7',
  more: 'M3.5 8H3.6M8 8H8.1M12.5 8H12.6',
  warning: 'M8 2.75L14 13H2ZM8 6.75V9.5M8 11.25V11.3',
  error: 'M8 2.25a5.75 5.75 0 1 1 0 11.5a5.75 5.75 0 1 1 0 -11.5M8 5V8.5M8 10.75V10.8',
  info: 'M8 2.25a5.75 5.75 0 1 1 0 11.5a5.75 5.75 0 1 1 0 -11.5M8 7.5V11M8 5.2V5.25',
  clock: 'M8 2.25a5.75 5.75 0 1 1 0 11.5a5.75 5.75 0 1 1 0 -11.5M8 5V8.2L10.2 9.5',
  calendar: 'M2.75 3.75H13.25V13.25H2.75ZM2.75 6.75H13.25M5.5 2.25V5M10.5 2.25V5',
  bookmark: 'M4.5 2.75H11.5V13.25L8 10.5L4.5 13.25Z',
  keyboard:
    'M1.75 4.25H14.25V11.75H1.75ZM4.25 6.75H4.3M6.75 6.75H6.8M9.25 6.75H9.3M11.75 6.75H11.8M5 9.25H11',
  bolt: 'M9 1.75L3.5 9H7.5L7 14.25L12.5 7H8.5Z',
  code: 'M5.5 4.5L2 8L5.5 11.5M10.5 4.5L14 8L10.5 11.5',
  branch:
    'M4.5 5.5V10.5M4.5 8H9.5A2 2 0 0 0 11.5 6V5.5M4.5 2.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0 -3M4.5 10.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0 -3M11.5 2.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0 -3',
  plug: 'M5.5 2V5M10.5 2V5M3.5 5H12.5V7.5A4.5 4.5 0 0 1 3.5 7.5ZM8 12V14.25',
  layers: 'M8 2.25L14 5.5L8 8.75L2 5.5ZM2.5 8.5L8 11.5L13.5 8.5M2.5 11L8 14L13.5 11',
  chart: 'M2.75 13.25V8.5M6.25 13.25V3.5M9.75 13.25V6.5M13.25 13.25V9.75',
  edit: 'M10.5 3L13 5.5L5.75 12.75L2.75 13.25L3.25 10.25Z',
  trash: 'M2.75 4.25H13.25M6 4V2.5H10V4M4.25 4.25L5 13.5H11L11.75 4.25M6.75 7V10.75M9.25 7V10.75',
  lock: 'M3.75 7H12.25V13.25H3.75ZM5.5 7V5a2.5 2.5 0 0 1 5 0V7',
} as const;

/** The icons that there are. */
/** Which drawing. */
export type IconName = keyof typeof PATHS;

/** A drawing beside words; it says nothing by itself. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className="rh-icon"
      data-icon={name}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
