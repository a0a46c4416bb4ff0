import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from './logistic.ts'
import { readTemplates } from './read-templates.ts'
import { renderTemplate } from './render-template.ts'
import { withoutLeaks } from './without-leaks.ts'

/** A message to learn from or to test with. */
export interface Sample {
  readonly set: string
  readonly name: string
  readonly isSpam: boolean
  /** Without what tells where it was collected. */
  readonly bytes: Buffer
  /** As it came. */
  readonly whole: Buffer
  /** Messages of one group are never parted between learning and testing. */
  readonly group: string
}

/** The sets of the public corpus of SpamAssassin that are learnt from; those of ham first. */
export const publicSets = ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'] as const

/**
 * The public corpus. Near copies (the same subject or the same beginning of the text) and threads are one group:
 * mass mail comes in copies, and a copy in both halves would make any filter look good.
 */
export function readPublicCorpus(folder: string): Sample[] {
  return publicSets.flatMap((set) =>
    readdirSync(join(folder, set))
      .filter((name) => name.endsWith('.txt'))
      .sort()
      .map((name) => {
        const whole = readFileSync(join(folder, set, name))
        const bytes = withoutLeaks(whole)
        return { set, name, isSpam: set.startsWith('spam'), bytes, whole, group: groupOf(bytes, name) }
      }),
  )
}

function groupOf(bytes: Buffer, name: string): string {
  const text = bytes.toString('latin1')
  const subject =
    /^subject:(.*)$/im
      .exec(text)?.[1]
      ?.toLowerCase()
      .replace(/^(?:\s*(?:re|fwd?|fw):)+/, '') ?? ''
  const letters = subject.replace(/[^a-z]+/g, ' ').trim()
  return letters.length > 8 ? letters.slice(0, 24) : createHash('sha1').update(name).digest('hex').slice(0, 8)
}

/** Mail of our own making: each template in several forms. A group of bad mail is a technique, of ham a template. */
export function writeTemplateCorpus(variants: number): Sample[] {
  const random = createRandom(7)
  return readTemplates().flatMap((template, number) =>
    Array.from({ length: variants }, (_, variant) => {
      const bytes = renderTemplate(template, variant + number, random)
      return {
        set: `own-${template.kind}`,
        name: `${template.technique}.${template.language}.${number}.${variant}`,
        isSpam: template.kind !== 'ham',
        bytes,
        whole: bytes,
        group: template.kind === 'ham' ? `ham ${number}` : `${template.kind} ${template.technique}`,
      }
    }),
  )
}

interface WrittenMail {
  readonly name: string
  /** A kind of wanted mail, or a technique. */
  readonly kind: string
  readonly language: string
  /** Bytes as Latin-1 letters. */
  readonly message: string
}

/** Whole messages in our own words, each once, with paths and clients as mail has them: training/mail. */
export function readWrittenMail(): Sample[] {
  return (['wanted', 'unwanted'] as const).flatMap((label) =>
    readFileSync(join(import.meta.dirname, 'mail', `${label}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const { name, kind, language, message } = JSON.parse(line) as WrittenMail
        const whole = Buffer.from(message, 'latin1')
        return {
          set: `written-${label}`,
          name: `${kind}.${language}.${name}`,
          isSpam: label === 'unwanted',
          bytes: withoutLeaks(whole),
          whole,
          group: `${label} ${kind}`,
        }
      }),
  )
}
