import { escapeMarkup } from './markup.ts'

/**
 * Text of people as HTML: of Markdown headings, lists, tables, plain paragraphs, `**bold**`, code between backticks, and
 * addresses of pages as they stand there. Every other sign is a letter, so nothing that somebody writes becomes markup of
 * its own. The console shows the same by `console/src/features/incidents/markdown.tsx`.
 */
export function renderMarkdown(text: string): string {
  return blocksOf(text).map(blockOf).join('\n')
}

/** The first plain paragraph of such a text in one line, without marks; empty: it has none. */
export function firstParagraph(text: string): string {
  const lines = blocksOf(text).find((each) => kindOf(each) === 'paragraph') ?? []
  return lines
    .join(' ')
    .replace(/\*\*([^*]+)\*\*|`([^`]+)`/g, '$1$2')
    .replace(escaped, '$1')
}

function blocksOf(text: string): string[][] {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap(partsOf)
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

type BlockKind = 'heading' | 'bullets' | 'numbers' | 'table' | 'paragraph'

function kindOf(lines: readonly string[]): BlockKind {
  const [first = ''] = lines
  if (isHeading(first)) return 'heading'
  if (lines.every((each) => each.startsWith('- '))) return 'bullets'
  if (lines.every((each) => /^\d{1,3}\. /.test(each))) return 'numbers'
  return first.startsWith('|') ? 'table' : 'paragraph'
}

const blocks: Readonly<Record<BlockKind, (lines: readonly string[]) => string>> = {
  heading: headingOf,
  bullets: (lines) => listOf('ul', lines, 2),
  numbers: (lines) => listOf('ol', lines),
  table: tableOf,
  paragraph: (lines) => `<p>${lines.map(words).join('<br>')}</p>`,
}

function blockOf(lines: readonly string[]): string {
  return blocks[kindOf(lines)](lines)
}

/** The page has the one heading of the first level. */
function headingOf([first = '']: readonly string[]): string {
  const level = first.indexOf(' ')
  return `<h${level + 1}>${words(first.slice(level + 1))}</h${level + 1}>`
}

function listOf(kind: 'ul' | 'ol', lines: readonly string[], cut?: number): string {
  const items = lines.map((each) => `<li>${words(each.slice(cut ?? each.indexOf(' ') + 1))}</li>`)
  return `<${kind}>${items.join('')}</${kind}>`
}

function tableOf([head = '', _line, ...rows]: readonly string[]): string {
  const heads = cellsOf(head).map((each) => `<th scope="col">${each}</th>`)
  const body = rows.map(
    (row) =>
      `<tr>${cellsOf(row)
        .map((each) => `<td>${each}</td>`)
        .join('')}</tr>`,
  )
  return `<table><thead><tr>${heads.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\| ?| ?\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((each) => words(each.trim()))
}

/** Bold, code and addresses within a line; the rest is text. */
function words(line: string): string {
  return line
    .replace(/^\[ \] /, 'open: ')
    .replace(/^\[x\] /, 'done: ')
    .split(/(`[^`]+`|\*\*[^*]+\*\*|https?:\/\/[^\s<>"'`|]+)/)
    .map((part, index) => (index % 2 === 0 ? letters(part) : markedOf(part)))
    .join('')
}

function markedOf(part: string): string {
  if (part.startsWith('`')) return `<code>${escapeMarkup(part.slice(1, -1))}</code>`
  if (part.startsWith('**')) return `<b>${letters(part.slice(2, -2))}</b>`
  // A full stop ends the sentence, and not the address.
  const [, address = part, rest = ''] = /^(.*?)([.,;:!?)]?)$/.exec(part) ?? []
  return `<a href="${escapeMarkup(address)}" rel="nofollow noopener">${escapeMarkup(address)}</a>${rest}`
}

/** A sign that keeps a letter from being a mark, and the letter. */
const escaped = /\\([\\`*_[\]<>#|])/g

function letters(text: string): string {
  return escapeMarkup(text.replace(escaped, '$1'))
}
