/** Hands a file over to the reader, who finds it among what was downloaded. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not at once: there are browsers that begin to read it only after this.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
