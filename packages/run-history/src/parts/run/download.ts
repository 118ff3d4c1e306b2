/** Gives a text to the browser to be kept under that name. */
export function download(name: string, text: string): void {
  const type = name.endsWith('.json') ? 'application/json' : 'text/plain';
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun by then; what it reads from is held until the page ends otherwise.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
