import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type TemplateKind = 'ham' | 'phishing' | 'spam'

/** A mail with gaps, as templates/KIND/TECHNIQUE.txt has it: `=== LANGUAGE [bulk]`, fields, an empty line, text. */
export interface Template {
  readonly kind: TemplateKind
  /** The name of its file. */
  readonly technique: string
  readonly language: string
  readonly isBulk: boolean
  readonly from: string
  readonly subject: string
  /** Name of a file that comes with it, or null. */
  readonly attachment: string | null
  readonly text: string
}

const folder = join(import.meta.dirname, 'templates')

export function readTemplates(): Template[] {
  return (['ham', 'phishing', 'spam'] as const).flatMap((kind) =>
    readdirSync(join(folder, kind))
      .sort()
      .flatMap((file) => readFile(kind, file)),
  )
}

function readFile(kind: TemplateKind, file: string): Template[] {
  const [, ...mails] = readFileSync(join(folder, kind, file), 'utf8').split(/^=== /m)
  return mails.map((mail) => {
    const [first = '', ...rest] = mail.split('\n')
    const [language = '', ...options] = first.split(' ')
    const [head = '', ...paragraphs] = rest.join('\n').split('\n\n')
    const fields = new Map(
      head.split('\n').map((line) => [line.split(': ', 1)[0]!, line.slice(line.indexOf(': ') + 2)]),
    )
    return {
      kind,
      technique: file.slice(0, -'.txt'.length),
      language,
      isBulk: options.includes('bulk'),
      from: fields.get('From') ?? '',
      subject: fields.get('Subject') ?? '',
      attachment: fields.get('Attach') ?? null,
      text: paragraphs.join('\n\n').trim(),
    }
  })
}
