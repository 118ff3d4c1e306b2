import { hash } from './random.ts';

/** A picture of a name's first letter, within its own URL: nobody is asked for it. */
export function ownIcon(name: string): string {
  const [letter = ''] = name;
  const hue = hash(...Buffer.from(name)) % 360;
  const picture =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>" +
    `<rect width='24' height='24' rx='6' fill='hsl(${String(hue)} 55% 40%)'/>` +
    `<text x='12' y='17' text-anchor='middle' font-family='sans-serif' font-size='14' fill='white'>${letter}</text>` +
    '</svg>';
  return `data:image/svg+xml,${picture.replaceAll(/[<>%#"]/g, encodeURIComponent)}`;
}
