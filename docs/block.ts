/** A text in which what stands between the two markers of this name is replaced. */
export function withBlock(text: string, name: string, block: string): string {
  const start = `<!-- ${name} -->\n`;
  const end = `\n<!-- /${name} -->`;
  const [before = '', rest = ''] = text.split(start);
  return before + start + block + end + (rest.split(end)[1] ?? '');
}
