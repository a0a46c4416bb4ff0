import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPhraseAutomaton } from './phrase-automaton.ts'
import { wordsOf } from './phrase-words.ts'

/** Which phrases were found, by subject matter: `credentials`, `urgency`, … (names of the files beside this one). */
export type PhraseHits = ReadonlyMap<string, readonly string[]>

interface Phrase {
  readonly subject: string
  readonly text: string
  readonly words: readonly string[]
}

const { phrases, automaton } = load()

/** Words of phrases are not kept: they would be megabytes in each thread. */
function load() {
  const read = readPhrases(import.meta.dirname)
  return {
    phrases: read.map(({ subject, text }) => ({ subject, text })),
    automaton: createPhraseAutomaton(read.map((each) => each.words)),
  }
}

/** Finds the phrases of all lists in texts given as words. */
export function matchPhrases(texts: readonly (readonly string[])[]): PhraseHits {
  const hits = new Map<string, string[]>()
  const found = new Set(texts.flatMap((words) => [...automaton.find(words)]))
  for (const number of found) {
    const { subject, text } = phrases[number]!
    const list = hits.get(subject)
    if (list) list.push(text)
    else hits.set(subject, [text])
  }
  return hits
}

/** Each list is a text file: a phrase a line, `#` begins a comment, `[de]` a language, `*` ends a stem. */
function readPhrases(folder: string): Phrase[] {
  const found = new Map<string, Phrase>()
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort()) {
    const subject = file.slice(0, -'.txt'.length)
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const text = line.trim()
      if (text === '' || /^[#[]/.test(text)) continue
      found.set(`${subject} ${text}`, { subject, text, words: wordsOf(text) })
    }
  }
  return [...found.values()]
}
