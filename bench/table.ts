import { monitorEventLoopDelay } from 'node:perf_hooks';

const lateness = monitorEventLoopDelay();
lateness.enable();
/** A machine on which timers come later than this is too busy to measure waits of milliseconds on. */
const BUSY_MS = 100;

/** Something measured, and what it had to be. */
export interface Finding {
  readonly what: string;
  readonly measured: string;
  readonly target: string;
  readonly met: boolean;
}

/** A finding of a number that must not be above, or below, another. */
export function finding(
  what: string,
  value: number,
  bound: { readonly atMost: number } | { readonly atLeast: number },
  unit = '',
): Finding {
  const isMost = 'atMost' in bound;
  const limit = isMost ? bound.atMost : bound.atLeast;
  return {
    what,
    measured: number(value) + unit,
    target: `${isMost ? '<=' : '>='} ${number(limit)}${unit}`,
    met: isMost ? value <= limit : value >= limit,
  };
}

/** A number for people: whole where it is large, with a few digits where it is small. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Prints rows below a heading, in columns. */
export function printTable(title: string, heading: readonly string[], rows: readonly (readonly string[])[]) {
  const widths = heading.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  console.log(['', title, line(heading), line(rule), ...rows.map(line), ''].join('\n'));
}

/** Prints what was found; the process's exit status says whether all targets were met. */
export function printFindings(findings: readonly Finding[]): void {
  const rows = findings.map(({ what, measured, target, met }) => [
    what,
    measured,
    target,
    met ? 'yes' : 'NO',
  ]);
  printTable('Targets', ['what', 'measured', 'target', 'met'], rows);
  const [p99, max] = [lateness.percentile(99), lateness.max].map((nanoseconds) => nanoseconds / 1e6);
  console.log(`This process was held up by up to ${number(max ?? 0)} ms (p99 ${number(p99 ?? 0)} ms).`);
  if ((max ?? 0) > BUSY_MS)
    console.log('The machine was busy with other things: measure again when it is not.');
  if (findings.some(({ met }) => !met)) process.exitCode = 1;
}

/** Tells what is going on, without being part of the result. */
export function note(text: string): void {
  console.error(`  ${text}`);
}
