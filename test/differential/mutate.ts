import type { Mutant } from './mutant-list.ts';

/**
 * Puts a defect into the source of its file.
 * @throws where its text does not occur exactly once
 */
export function mutate({ name, text, instead }: Mutant, source: string): string {
  const parts = source.split(text);
  if (parts.length !== 2) throw new Error(`${name}: its text occurs ${String(parts.length - 1)} times`);
  return parts.join(instead);
}
