import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPhraseAutomaton } from '../phrases/phrase-automaton.ts'
import { wordsOf } from '../phrases/phrase-words.ts'

/** A concept in a text, and the place of the word that it ends with. */
export interface Mention {
  readonly concept: string
  readonly at: number
}

interface Entry {
  readonly concept: string
  readonly words: readonly string[]
}

const file = readFileSync(join(import.meta.dirname, 'concepts.txt'), 'utf8')
const { names, automaton } = load()

/** Concepts looked for in one text: what stands behind says nothing new. */
const maxMentions = 600

/** Names of all concepts. */
export const conceptNames: readonly string[] = [...new Set(names)]

/**
 * What a text speaks of, in order, whatever its language: what was learnt of "verify your account" in one holds in
 * the others. A concept that is named again at once counts once.
 */
export function findConcepts(words: readonly string[]): Mention[] {
  const found: Mention[] = []
  let last = ''
  automaton.visit(words.map(withoutArticle), (number, at) => {
    const concept = names[number]!
    if (concept === last || found.length >= maxMentions) return
    last = concept
    found.push({ concept, at })
  })
  return found
}

/** Arabic writes the article, "and", "with" and "for" without a blank. */
function withoutArticle(word: string): string {
  if (word.length < 5 || word.charCodeAt(0) < 0x600 || word.charCodeAt(0) > 0x6ff) return word
  return word.replace(/^[وفبك]?ال|^لل/, '')
}

/** Words of concepts are not kept: they would be megabytes in each thread. */
function load() {
  const entries = readEntries(file)
  return {
    names: entries.map((each) => each.concept),
    automaton: createPhraseAutomaton(entries.map((each) => each.words)),
  }
}

function readEntries(text: string): Entry[] {
  const found: Entry[] = []
  let concept = ''
  for (const line of text.split('\n')) {
    if (/^(?:#|version )/.test(line)) continue
    const name = /^\[([a-z -]{1,30})\]$/.exec(line)?.[1]
    if (name !== undefined) concept = name
    else
      for (const phrase of line.split(',')) {
        const words = wordsOf(phrase.trim()).map(withoutArticle)
        if (words.length > 0) found.push({ concept, words })
      }
  }
  return found
}
