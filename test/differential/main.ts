import process from 'node:process';
import { runDifferential } from './differential.ts';

/** The exit code that says that an answer was wrong, which a crash is not. */
const WRONG = 2;

const cases = Number(process.env['DIFFERENTIAL'] ?? '20000');
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? '1');
const atOnce = Number(process.env['DIFFERENTIAL_AT_ONCE'] ?? '1');
const maxComplaints = Number(process.env['DIFFERENTIAL_COMPLAINTS'] ?? '10');
const { right, refused, complaints } = await runDifferential({ cases, seed, maxComplaints, atOnce });
for (const complaint of complaints) console.log(complaint);
console.log(
  `From seed ${String(seed)} on: ${String(right)} right, ${String(refused)} honestly refused, ${String(complaints.length)} wrong.`,
);
process.exitCode = complaints.length > 0 ? WRONG : 0;
