/** What an operation costs as things grow: rows, steps, tenants, what is remembered, who waits, who watches. */
import { parseArgs } from 'node:util';
import { growthOf, medianOf, type Point } from './curves/cost.ts';
import { CURVES, type CurveOptions } from './curves/curves.ts';
import { startRecordedUpstream } from './curves/recorded-upstream.ts';
import { measureSwitch, SWITCHES } from './curves/switches.ts';
import { measureTraces } from './curves/traces.ts';
import { measureCurve } from './live/curve.ts';
import { startGateway } from './processes.ts';
import { finding, number, printFindings, printTable, type Finding } from './table.ts';

/** How much the noise of a point may add to the growth: 1 is in proportion. */
const LINEAR = 1.1;
const LEVELS = [0, 1000, 5000, 10_000];
const SECONDS = 10;

type Part = (options: CurveOptions) => Promise<Finding[]>;

async function measureStart({ upstream }: CurveOptions): Promise<Finding[]> {
  const times: number[] = [];
  for (let time = 0; time < 5; time++) {
    const since = performance.now();
    const gateway = await startGateway(upstream.url);
    times.push(performance.now() - since);
    await gateway.stop();
  }
  return [finding('start to ready', Math.round(medianOf(times)), { atMost: 3000 }, ' ms')];
}

function printCurve(name: string, points: readonly Point[]): Finding[] {
  printTable(
    `CPU of an operation by ${name}`,
    [name, 'µs', 'µs for each'],
    points.map(({ size, cost }) => [number(size), number(Math.round(cost)), number(cost / size)]),
  );
  return [
    finding(`${name}: growth at the end (0: none, 1: in proportion)`, growthOf(points), { atMost: LINEAR }),
  ];
}

const PARTS: Readonly<Record<string, Part>> = {
  start: measureStart,
  ...Object.fromEntries(
    Object.entries(CURVES).map(([name, measure]): [string, Part] => [
      name,
      async (options) => printCurve(name, await measure(options)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(SWITCHES).map(([name, states]): [string, Part] => [
      name,
      (options) => measureSwitch(name, states, options),
    ]),
  ),
  traces: measureTraces,
  viewers: () => measureCurve({ levels: LEVELS, seconds: SECONDS }),
};

/** Measures these curves. */
async function measureCurves(
  names: readonly string[],
  size: Omit<CurveOptions, 'upstream'>,
): Promise<Finding[]> {
  const unknown = names.find((name) => PARTS[name] === undefined);
  if (unknown !== undefined)
    throw new Error(`No curve is called ${unknown}: ${Object.keys(PARTS).join(', ')}`);
  const upstream = await startRecordedUpstream();
  const findings: Finding[] = [];
  for (const name of names) findings.push(...((await PARTS[name]?.({ ...size, upstream })) ?? []));
  await upstream.stop();
  return findings;
}

const { values } = parseArgs({
  options: {
    curves: { type: 'string', default: Object.keys(PARTS).join(',') },
    operations: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
});
const size = { operations: Number(values.operations), rounds: Number(values.rounds) };
printFindings(await measureCurves(values.curves.split(','), size));
