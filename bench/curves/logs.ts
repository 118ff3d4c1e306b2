import { startGateway } from '../processes.ts';
import { finding, printTable, number, type Finding } from '../table.ts';
import { askAll, costOf, medianOf } from './cost.ts';
import { coldList, FORGETFUL, LISTS_FOR_LONG, warmList, type CurveOptions } from './curves.ts';

/** What it costs to log each request, beside logging none: of the same work, in turn. */
export async function measureLogs({ upstream, operations, rounds }: CurveOptions): Promise<Finding[]> {
  const works = [
    { name: 'a list that is new', settings: FORGETFUL, next: coldList(10) },
    { name: 'a list that is remembered', settings: LISTS_FOR_LONG, next: warmList },
  ];
  const rows: string[][] = [];
  const findings: Finding[] = [];
  for (const { name, settings, next } of works) {
    const levels = ['info', 'silent'] as const;
    const gateways = await Promise.all(
      levels.map((level) => startGateway(upstream.url, { ...settings, LOG_LEVEL: level })),
    );
    const costs = gateways.map((): number[] => []);
    for (const gateway of gateways) await askAll({ gateway, operations: 2 * operations, next });
    for (let round = 0; round < 2 * rounds; round++) {
      for (const [index, gateway] of gateways.entries()) {
        costs[index]?.push(await costOf({ gateway, operations, next }));
      }
    }
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    const [logged = NaN, silent = NaN] = costs.map(medianOf);
    rows.push([name, number(Math.round(logged)), number(Math.round(silent))]);
    findings.push(finding(`logs: ${name}, against none`, logged / silent, { atMost: 1.1 }, 'x'));
  }
  printTable('CPU of an operation in microseconds', ['work', 'with a line of the log', 'without'], rows);
  return findings;
}
