import type { ReactNode } from 'react'
import { PlainTable } from '../../ui/plain-table.tsx'

/** Markdown as our own drafts are written: headings, lists, tables and plain lines; every other sign is a letter. */
export function Markdown({ text }: { readonly text: string }) {
  return text
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .flatMap((block, index) => partsOf(block).map((lines, part) => blockOf(lines, `${index}.${part}`)))
}

/** Tables that stand right below each other are two. */
function partsOf(block: string): string[][] {
  const parts: string[][] = [[]]
  const lines = block.split('\n')
  for (const [index, line] of lines.entries()) {
    if (/^\| ?-/.test(lines[index + 1] ?? '') && (parts.at(-1)?.length ?? 0) > 0) parts.push([])
    parts.at(-1)?.push(line)
  }
  return parts
}

function blockOf(lines: readonly string[], key: string): ReactNode {
  const [first = ''] = lines
  const [, marks, title = ''] = /^(#{1,2}) (.*)$/.exec(first) ?? []
  if (marks === '#') return <h2 key={key}>{plain(title)}</h2>
  if (marks !== undefined) return <h3 key={key}>{plain(title)}</h3>
  if (lines.every((each) => each.startsWith('- ')))
    return (
      <ul key={key}>
        {lines.map((each, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text is written once
          <li key={index}>{plain(each.slice(2))}</li>
        ))}
      </ul>
    )
  if (first.startsWith('|')) return tableOf(lines, key)
  return <p key={key}>{plain(lines.join(' '))}</p>
}

function tableOf([head = '', line = '', ...rows]: readonly string[], key: string): ReactNode {
  const isNumber = cellsOf(line).map((each) => each.endsWith(':'))
  return (
    <PlainTable
      key={key}
      label={cellsOf(head).join(', ')}
      heads={cellsOf(head).map((label, index) => (isNumber[index] ? { label, isNumber: true } : label))}
      rows={rows.map((row) => ({ key: row, cells: cellsOf(row) }))}
    />
  )
}

function cellsOf(row: string): string[] {
  return row
    .replace(/^\| ?| ?\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((each) => plain(each.trim()))
}

/** Without the signs that keep a letter from being a mark. */
function plain(text: string): string {
  return text
    .replace(/^\[ \] /, 'open: ')
    .replace(/^\[x\] /, 'done: ')
    .replace(/\\([\\`*_[\]<>#|])/g, '$1')
}
