import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

/** How many pixels of two pictures differ; all of them, where they are not of one size. */
export function differingPixels(one: Buffer, other: Buffer): number {
  const [a, b] = [PNG.sync.read(one), PNG.sync.read(other)];
  if (a.width !== b.width || a.height !== b.height) return a.width * a.height;
  return pixelmatch(a.data, b.data, undefined, a.width, a.height, { threshold: 0.1 });
}
