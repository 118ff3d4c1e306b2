import { readFileSync } from 'node:fs';

/** The most memory that a process has ever had. */
export function peakBytes(pid: number | undefined): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
