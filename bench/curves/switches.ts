import { startGateway } from '../processes.ts';
import { finding, printTable, number, type Finding } from '../table.ts';
import { askAll, costOf, medianOf } from './cost.ts';
import { coldList, FORGETFUL, LISTS_FOR_LONG, warmList, type CurveOptions } from './curves.ts';

/** Something that can be switched off: the settings that it is there with, and those without it. */
interface Switch {
  readonly on: Readonly<Record<string, string>>;
  readonly off: Readonly<Record<string, string>>;
}

/** By the name that picks one of them: a line of the log for each request, and counting what happens. */
export const SWITCHES: Readonly<Record<string, Switch>> = {
  logs: { on: { LOG_LEVEL: 'info' }, off: { LOG_LEVEL: 'silent' } },
  metrics: { on: { METRICS: 'true' }, off: { METRICS: 'false' } },
};

/** What it costs to have something on, beside having it off: of the same work, in turn. */
export async function measureSwitch(
  what: string,
  { on, off }: Switch,
  { upstream, operations, rounds }: CurveOptions,
): Promise<Finding[]> {
  const works = [
    { name: 'a list that is new', settings: FORGETFUL, next: coldList(10) },
    { name: 'a list that is remembered', settings: LISTS_FOR_LONG, next: warmList },
  ];
  const rows: string[][] = [];
  const findings: Finding[] = [];
  for (const { name, settings, next } of works) {
    const gateways = await Promise.all(
      [on, off].map((state) => startGateway(upstream.url, { ...settings, ...state })),
    );
    const costs = gateways.map((): number[] => []);
    for (const gateway of gateways) await askAll({ gateway, operations: 2 * operations, next });
    for (let round = 0; round < 2 * rounds; round++) {
      for (const [index, gateway] of gateways.entries()) {
        costs[index]?.push(await costOf({ gateway, operations, next }));
      }
    }
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    const [costOn = NaN, costOff = NaN] = costs.map(medianOf);
    rows.push([name, number(Math.round(costOn)), number(Math.round(costOff))]);
    findings.push(finding(`${what}: ${name}, against none`, costOn / costOff, { atMost: 1.1 }, 'x'));
  }
  printTable(
    `CPU of an operation in microseconds, with ${what} and without`,
    ['work', 'with', 'without'],
    rows,
  );
  return findings;
}
