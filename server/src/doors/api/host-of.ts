/** Host and port by which people reach the pages, as browsers name them in the Host header; null: `console.url` is empty. */
export function hostOf(url: string): string | null {
  return url === '' ? null : new URL(url).host.toLowerCase()
}
