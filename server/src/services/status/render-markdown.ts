import { escapeMarkup } from './markup.ts'

/**
 * Text of people as HTML: of Markdown headings, lists, tables, plain paragraphs, `**bold**`, code between backticks, and
 * addresses of pages as they stand there. Every other sign is a letter, so nothing that somebody writes becomes markup of
 * its own. The console shows the same by `console/src/features/incidents/markdown.tsx`.
 */
export function renderMarkdown(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap(partsOf)
    .map(blockOf)
    .join('\n')
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

function blockOf(lines: readonly string[]): string {
  const [first = ''] = lines
  const [, marks, title = ''] = /^(#{1,3}) (.*)$/.exec(first) ?? []
  // The page has the one heading of the first level.
  if (marks !== undefined) return `<h${marks.length + 1}>${words(title)}</h${marks.length + 1}>`
  if (lines.every((each) => each.startsWith('- '))) return listOf('ul', lines, 2)
  if (lines.every((each) => /^\d{1,3}\. /.test(each))) return listOf('ol', lines)
  if (first.startsWith('|')) return tableOf(lines)
  return `<p>${lines.map(words).join('<br>')}</p>`
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

/** Without the signs that keep a letter from being a mark. */
function letters(text: string): string {
  return escapeMarkup(text.replace(/\\([\\`*_[\]<>#|])/g, '$1'))
}
