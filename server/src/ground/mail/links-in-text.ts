const addressPattern = /\bhttps?:\/\/[^\s<>"'`|\\^{}]{1,4096}|\bwww\.[a-z0-9-][^\s<>"'`|\\^{}]{1,4096}/gi

/** Links in a plain text, as mail programs make them clickable, `most` of them at most. */
export function linksInText(text: string, most: number): string[] {
  const found: string[] = []
  for (const [match] of text.matchAll(addressPattern)) {
    if (found.length >= most) break
    found.push(match.replace(/[.,;:!?)\]]{1,10}$/, ''))
  }
  return found
}
