import { trimEndOf } from '#ground/mail/trim-end.ts'
import { mixesScripts, plainLetters, withoutLookAlikes } from './plain-letters.ts'

/** A text as words, and what was taken out of it. */
export interface Words {
  /** In order: words, `#3` for a number of three digits, `money4` for a sum of four, `address`, `link`. */
  readonly words: readonly string[]
  /** Links that stand in the text itself. */
  readonly links: readonly string[]
  /** Words of which letters come from different scripts. */
  readonly mixedWords: number
  /** The text goes on behind what was read. */
  readonly cut: boolean
}

/** Characters that are read: what stands behind is neither read by people nor needed to know a message by. */
const maxLength = 48 << 10
const maxWords = 8000
const maxWordLength = 30
const maxLinks = 2000

const linkStart = /(?:https?:\/\/|www\.)/i
/**
 * One sign of a script without blanks, letters and digits of others, or the sign of a currency. By extended scripts,
 * since the sign that lengthens a vowel in Japanese belongs to two; and other letters end where such a sign begins,
 * since there is no blank between them.
 */
const piece =
  /[[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]&&\p{L}]|[[\p{L}\p{N}]--[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]]+|[$€£¥₽₿]/gv
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

/** Reads a text as words. Linear, and bounded whatever the text. */
export function readWords(text: string): Words {
  const found = { words: [] as string[], links: [] as string[], mixedWords: 0 }
  const cut = text.length > maxLength
  for (const chunk of (cut ? text.slice(0, maxLength) : text).split(/\s+/)) {
    if (found.words.length >= maxWords) break
    if (chunk !== '') readChunk(chunk, found)
  }
  return { ...found, cut }
}

function readChunk(chunk: string, found: { words: string[]; links: string[]; mixedWords: number }): void {
  const link = chunk.search(linkStart)
  if (link >= 0) {
    if (link > 0) readPieces(chunk.slice(0, link), found)
    if (found.links.length < maxLinks)
      found.links.push(trimEndOf(chunk.slice(link, link + 2048), '>)]"\',.;'))
    found.words.push('link')
  } else if (isAddress(chunk)) found.words.push('address')
  else readPieces(chunk, found)
}

function isAddress(chunk: string): boolean {
  const at = chunk.indexOf('@')
  return at > 0 && chunk.length < 300 && chunk.indexOf('.', at) > 0
}

function readPieces(chunk: string, found: { words: string[]; mixedWords: number }): void {
  // What is longer than any word or sum is encoded, unless its script has no blanks.
  if (chunk.length > 200 && !unspaced.test(chunk)) {
    found.words.push('encoded')
    return
  }
  let currency = false
  const plain = plainLetters(chunk)
  if (lettersOnly.test(plain)) {
    readLetters(plain, found.words)
    return
  }
  const text = plain.replace(/(?<=\d)[.,'](?=\d{3}(?!\d))/g, '')
  for (const [raw] of text.matchAll(piece)) {
    if (found.words.length >= maxWords) return
    if (/^[$€£¥₽₿]$/.test(raw)) {
      currency = true
      found.words.push('currency')
    } else if (/^\p{N}+$/u.test(raw)) {
      found.words.push(`${currency ? 'money' : '#'}${Math.min(raw.length, 9)}`)
    } else {
      const mixes = mixesScripts(raw)
      if (mixes) found.mixedWords++
      const word = mixes ? withoutLookAlikes(raw) : raw
      found.words.push(withoutDisguise(word).slice(0, maxWordLength))
    }
  }
}

/** ASCII in which nothing but letters is anything: most of what people write. */
const lettersOnly = /^[^0-9$A-Z\x80-\uffff]*$/

/** The words of such a text, as `piece` would find them. */
function readLetters(text: string, words: string[]): void {
  let start = -1
  for (let at = 0; at <= text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter >= 97 && letter <= 122) {
      if (start < 0) start = at
    } else if (start >= 0) {
      if (words.length >= maxWords) return
      words.push(text.slice(start, Math.min(at, start + maxWordLength)))
      start = -1
    }
  }
}

const disguises: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
}

/** Digits between letters are read as the letters that they stand for, as people do. */
function withoutDisguise(word: string): string {
  if (!/[a-z]\d[a-z]/.test(word)) return word
  return word.replace(/(?<=[a-z])\d(?=[a-z])/g, (digit) => disguises[digit] ?? digit)
}
