import { readFileSync } from 'node:fs'
import { compilePattern, type Pattern } from '#ground/patterns/pattern.ts'
import { SearchMemory } from '#ground/patterns/search.ts'
import { type BounceClass, isBounceClass } from './bounce-classes.ts'

/** One line of wording.txt. */
export interface WordingLine {
  readonly class: BounceClass
  /** Beginning of a reply code or status that must be there too; empty: any. */
  readonly code: string
  readonly pattern: Pattern
  /** Whose words they are, and where they stand: for "why was it called that?". */
  readonly name: string
}

export interface ReceiverWording {
  readonly name: string
  /** Ends of the names of its servers. */
  readonly domains: readonly string[]
  readonly lines: readonly WordingLine[]
}

const general = 'general'
const form = /^([a-z-]{1,40})(?: ([0-9.]{1,12}))?: (.+)$/

/** Reads wording. @throws Error with the number of a line that cannot be read */
export function parseWording(text: string): {
  receivers: ReceiverWording[]
  general: readonly WordingLine[]
} {
  const memory = new SearchMemory()
  const receivers: { name: string; domains: string[]; lines: WordingLine[] }[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    if (line.startsWith('@')) {
      const [name = '', domains = ''] = line.slice(1).split(':')
      receivers.push({ name: name.trim(), domains: domains.trim().split(/\s+/).filter(Boolean), lines: [] })
      continue
    }
    const [, word = '', code = '', source = ''] = form.exec(line) ?? []
    const receiver = receivers.at(-1)
    if (!receiver || !isBounceClass(word)) throw new Error(`wording, line ${index + 1}: ${line}`)
    const pattern = compilePattern(source, memory, { ignoreCase: true })
    receiver.lines.push({ class: word, code, pattern, name: `${receiver.name}, line ${index + 1}` })
  }
  return {
    receivers: receivers.filter((each) => each.name !== general),
    general: receivers.find((each) => each.name === general)?.lines ?? [],
  }
}

/** The wording that ships, read when it is first asked for. */
export const shippedWording = (() => {
  let read: ReturnType<typeof parseWording> | null = null
  return () => (read ??= parseWording(readFileSync(new URL('./wording.txt', import.meta.url), 'utf8')))
})()
