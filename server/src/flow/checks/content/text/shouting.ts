/**
 * Whether a text of more letters than `least` is in capitals. Scripts without capitals do not shout: a name in Latin
 * capitals among Arabic or Chinese is no shouting.
 */
export function isShouted(text: string, least: number): boolean {
  const letters = text.replace(/[^\p{L}]/gu, '')
  const cased = letters.replace(/[^\p{Lu}\p{Ll}]/gu, '')
  return cased.length > least && cased === cased.toUpperCase() && cased.length * 5 > letters.length * 4
}
