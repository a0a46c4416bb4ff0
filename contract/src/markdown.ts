/**
 * Text of people as the few parts of Markdown that we show: headings, lists, tables, lines, bold, code and addresses of
 * pages as they stand there. The status page and the console make elements of them and add none of their own, so what
 * somebody writes never becomes markup: every other sign is a letter. Nothing lies within another but words in a block.
 */
export type MarkdownBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly words: MarkdownWords }
  | { readonly kind: 'list'; readonly isNumbered: boolean; readonly items: readonly MarkdownWords[] }
  | { readonly kind: 'table'; readonly heads: readonly MarkdownHead[]; readonly rows: readonly MarkdownRow[] }
  | { readonly kind: 'paragraph'; readonly lines: readonly MarkdownWords[] }

/** A piece of a line. A link's text is its address too, of http or https: no other can be written. */
export interface MarkdownPiece {
  readonly kind: 'text' | 'bold' | 'code' | 'link'
  readonly text: string
}
export type MarkdownWords = readonly MarkdownPiece[]
type MarkdownRow = readonly MarkdownWords[]

interface MarkdownHead {
  readonly words: MarkdownWords
  /** What stands below it are numbers, by the colon at the end of `---:`. */
  readonly isNumber: boolean
}

/** Characters of a text at most; what comes behind them is not read. */
export const longestMarkdown = 60_000

/** The blocks of a text, in its order. Takes a time that grows as the text does, whatever stands in it. */
export function parseMarkdown(text: string): MarkdownBlock[] {
  return text
    .slice(0, longestMarkdown)
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap(partsOf)
    .map(blockOf)
}

/** Words without their marks. */
export function lettersOf(words: MarkdownWords): string {
  return words.map((each) => each.text).join('')
}

/** A heading or a table ends what stands right above it. */
function partsOf(block: string): string[][] {
  const parts: string[][] = [[]]
  const lines = block.split('\n')
  for (const [index, line] of lines.entries()) {
    const isHead = isHeading(line) || /^\| ?[-:]/.test(lines[index + 1] ?? '')
    const isAfterHead = isHeading(lines[index - 1] ?? '')
    if ((isHead || isAfterHead) && (parts.at(-1)?.length ?? 0) > 0) parts.push([])
    parts.at(-1)?.push(line)
  }
  return parts
}

const isHeading = (line: string) => /^#{1,3} /.test(line)

function blockOf(lines: readonly string[]): MarkdownBlock {
  const [first = ''] = lines
  const [, marks, title = ''] = /^(#{1,3}) (.*)$/.exec(first) ?? []
  if (marks !== undefined) return { kind: 'heading', level: marks.length as 1 | 2 | 3, words: wordsOf(title) }
  for (const [mark, isNumbered] of [[/^- /, false] as const, [/^\d{1,3}\. /, true] as const])
    if (lines.every((each) => mark.test(each)))
      return { kind: 'list', isNumbered, items: lines.map((each) => wordsOf(each.replace(mark, ''))) }
  return first.startsWith('|') ? tableOf(lines) : { kind: 'paragraph', lines: lines.map(wordsOf) }
}

function tableOf([head = '', line = '', ...rows]: readonly string[]): MarkdownBlock {
  const isNumber = cellsOf(line).map((each) => each.endsWith(':'))
  return {
    kind: 'table',
    heads: cellsOf(head).map((each, at) => ({ words: wordsOf(each), isNumber: isNumber[at] ?? false })),
    rows: rows.map((row) => cellsOf(row).map(wordsOf)),
  }
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\| ?| ?\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((each) => each.trim())
}

/** Bold, code and addresses within a line; the rest is text. */
function wordsOf(line: string): MarkdownWords {
  return line
    .replace(/^\[ \] /, 'open: ')
    .replace(/^\[x\] /, 'done: ')
    .split(/(`[^`]+`|\*\*[^*]+\*\*|https?:\/\/[^\s<>"'`|]+)/)
    .flatMap((part, at) => (at % 2 === 0 ? { kind: 'text' as const, text: unmarked(part) } : markedOf(part)))
    .filter(({ text }) => text !== '')
}

function markedOf(part: string): MarkdownWords {
  if (part.startsWith('`')) return [{ kind: 'code', text: part.slice(1, -1) }]
  if (part.startsWith('**')) return [{ kind: 'bold', text: unmarked(part.slice(2, -2)) }]
  // A full stop ends the sentence, and not the address.
  const [, address = part, rest = ''] = /^(.*?)([.,;:!?)]?)$/.exec(part) ?? []
  return [
    { kind: 'link', text: address },
    { kind: 'text', text: rest },
  ]
}

/** Without the signs that keep a letter from being a mark. */
function unmarked(text: string): string {
  return text.replace(/\\([\\`*_[\]<>#|])/g, '$1')
}
