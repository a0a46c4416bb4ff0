/** Letters that look like a Latin one, by that one: Cyrillic, Greek, Armenian. Used where a word mixes scripts. */
const lookAlikes = new Map<string, string>(
  [
    ['a', 'аαɑ'],
    ['b', 'ьЬв'],
    ['c', 'сϲ'],
    ['d', 'ԁ'],
    ['e', 'еєε'],
    ['g', 'ɡց'],
    ['h', 'һհн'],
    ['i', 'іιɩ'],
    ['j', 'ј'],
    ['k', 'кκ'],
    ['l', 'ӏǀ'],
    ['m', 'м'],
    ['n', 'пη'],
    ['o', 'оοօσ'],
    ['p', 'рρ'],
    ['q', 'ԛ'],
    ['r', 'гг'],
    ['s', 'ѕ'],
    ['t', 'тτ'],
    ['u', 'υս'],
    ['v', 'νѵ'],
    ['w', 'ԝω'],
    ['x', 'хχ'],
    ['y', 'уүγ'],
    ['z', 'ᴢ'],
  ].flatMap(([latin = '', others = '']) => [...others].map((each): [string, string] => [each, latin])),
)

/** Letters that decomposition leaves whole. */
const wholeLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Characters without width, and those that only steer how others are shown. */
const unseen =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of these is meant by itself
  /[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff]/g
const marks = /\p{M}+/gu
const mixed = /\p{Script=Latin}/u
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u

/**
 * Text in small letters without accents, unseen characters and typographic forms (full width, bold, circled), so that
 * one spelling of a phrase finds all of them. Linear.
 */
export function plainLetters(text: string): string {
  const small = text.toLowerCase()
  if (/^[\x00-\x7f]*$/.test(small)) return small
  return small
    .replace(unseen, '')
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþı]/g, (letter) => wholeLetters[letter] ?? letter)
}

/**
 * Whether a word has Latin letters and, of a script that looks like it, only letters that do so: `μs` and `kΩ` are
 * units, `pаypal` is a disguise.
 */
export function mixesScripts(word: string): boolean {
  if (word.length < 4 || /^[\x00-\x7f]*$/.test(word) || !mixed.test(word) || !foreign.test(word)) return false
  for (const letter of word) if (foreign.test(letter) && !lookAlikes.has(letter)) return false
  return true
}

/** A word that mixes scripts as people read it. */
export function withoutLookAlikes(word: string): string {
  let plain = ''
  for (const letter of word) plain += lookAlikes.get(letter) ?? letter
  return plain
}

/** How many unseen characters stand between Latin letters, where no language needs them. */
export function countUnseenWithinWords(text: string): number {
  let count = 0
  for (const _ of text.matchAll(/(?<=[a-z])[\u00ad\u200b-\u200d\u2060\ufeff](?=[a-z])/gi)) count++
  return count
}
