/** A text cut to a number of characters, so that a table stays within the width of a terminal. */
export function clip(text: string, most: number): string {
  const clean = text.replace(/[\x00-\x1f\x7f-\x9f]/g, '?')
  return clean.length <= most ? clean : `${clean.slice(0, most - 3)}...`
}
