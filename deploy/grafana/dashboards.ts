import { budget } from './budget.ts';
import { build } from './dashboard.ts';
import { errors } from './errors.ts';
import { latency } from './latency.ts';
import { live } from './live.ts';

/** The files of all dashboards, by their names. */
export function dashboardFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [budget, latency, live, errors].map((described) => [
      `${described.name}.json`,
      `${JSON.stringify(build(described), null, 2)}\n`,
    ]),
  );
}
