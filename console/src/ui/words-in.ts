/** The words of a field that takes many, parted by blanks, commas or semicolons. */
export function wordsIn(text: string): string[] {
  return text.split(/[\s,;]+/).filter((each) => each !== '')
}
