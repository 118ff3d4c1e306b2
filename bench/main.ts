/** All benchmarks in their short forms, with one table of what they had to show at the end. */
import { measureBudget } from './budget.ts';
import { measureHistory } from './history.ts';
import { measureLive } from './live.ts';
import { measureNeighbour } from './neighbour.ts';
import { measureOutage } from './outage.ts';
import { measureOverload } from './overload.ts';
import { measureReplicas } from './replicas.ts';
import { printFindings } from './table.ts';
import { measureTenants } from './tenants.ts';

printFindings([
  ...(await measureBudget({ perAccount: 10, periods: 3 })),
  ...(await measureHistory(50)),
  ...(await measureNeighbour(20)),
  ...(await measureReplicas({
    seconds: 30,
    runs: [
      [2, 'killed'],
      [4, 'hanging'],
    ],
  })),
  ...(await measureOutage(20)),
  ...(await measureOverload(10)),
  ...(await measureTenants({ tenants: 10_000, minutes: 0.5 })),
  ...(await measureLive({ seconds: 15, viewers: 1000, levels: [0, 5000] })),
]);
