import { Fragment, type ReactNode } from 'react'
import { PlainTable } from '../../ui/plain-table.tsx'

/**
 * Markdown as the status page shows it: headings, lists, tables, plain lines, bold, code and addresses; every other sign
 * is a letter.
 */
export function Markdown({ text }: { readonly text: string }) {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap((block, index) => partsOf(block).map((lines, part) => blockOf(lines, `${index}.${part}`)))
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

function blockOf(lines: readonly string[], key: string): ReactNode {
  const [first = ''] = lines
  const [, marks, title = ''] = /^(#{1,3}) (.*)$/.exec(first) ?? []
  if (marks === '#') return <h2 key={key}>{words(title)}</h2>
  if (marks === '##') return <h3 key={key}>{words(title)}</h3>
  if (marks !== undefined) return <h4 key={key}>{words(title)}</h4>
  if (lines.every((each) => each.startsWith('- '))) return <ul key={key}>{itemsOf(lines, 2)}</ul>
  if (lines.every((each) => /^\d{1,3}\. /.test(each))) return <ol key={key}>{itemsOf(lines)}</ol>
  if (first.startsWith('|')) return tableOf(lines, key)
  return (
    <p key={key}>
      {lines.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text is written as a whole
        <Fragment key={index}>
          {index > 0 && <br />}
          {words(each)}
        </Fragment>
      ))}
    </p>
  )
}

function itemsOf(lines: readonly string[], cut?: number): ReactNode[] {
  return lines.map((each, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the text is written as a whole
    <li key={index}>{words(each.slice(cut ?? each.indexOf(' ') + 1))}</li>
  ))
}

function tableOf([head = '', line = '', ...rows]: readonly string[], key: string): ReactNode {
  const isNumber = cellsOf(line).map((each) => each.endsWith(':'))
  return (
    <PlainTable
      key={key}
      label={cellsOf(head).map(letters).join(', ')}
      heads={cellsOf(head)
        .map(letters)
        .map((label, index) => (isNumber[index] ? { label, isNumber: true } : label))}
      rows={rows.map((row, index) => ({ key: `${index}`, cells: cellsOf(row).map(words) }))}
    />
  )
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\| ?| ?\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((each) => each.trim())
}

/** Bold, code and addresses within a line; the rest is text. */
function words(line: string): ReactNode {
  return line
    .replace(/^\[ \] /, 'open: ')
    .replace(/^\[x\] /, 'done: ')
    .split(/(`[^`]+`|\*\*[^*]+\*\*|https?:\/\/[^\s<>"'`|]+)/)
    .map((part, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the text is written as a whole
      <Fragment key={index}>{index % 2 === 0 ? letters(part) : markedOf(part)}</Fragment>
    ))
}

function markedOf(part: string): ReactNode {
  if (part.startsWith('`')) return <code>{part.slice(1, -1)}</code>
  if (part.startsWith('**')) return <b>{letters(part.slice(2, -2))}</b>
  // A full stop ends the sentence, and not the address.
  const [, address = part, rest = ''] = /^(.*?)([.,;:!?)]?)$/.exec(part) ?? []
  return (
    <>
      <a href={address} target="_blank" rel="nofollow noopener noreferrer">
        {address}
      </a>
      {rest}
    </>
  )
}

/** Without the signs that keep a letter from being a mark. */
function letters(text: string): string {
  return text.replace(/\\([\\`*_[\]<>#|])/g, '$1')
}
