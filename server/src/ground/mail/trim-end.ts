/**
 * A text without any of these characters at its end. A pattern such as /=+$/ looks at the end of each run of them, which
 * takes the square of their number where the run is followed by something else.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
