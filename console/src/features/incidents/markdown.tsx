import {
  lettersOf,
  type MarkdownBlock,
  type MarkdownPiece,
  type MarkdownWords,
  parseMarkdown,
} from '@mailkeep/contract/markdown'
import { Fragment, type ReactNode } from 'react'
import { PlainTable } from '../../ui/plain-table.tsx'

/** Markdown as the status page shows it. */
export function Markdown({ text }: { readonly text: string }) {
  return <Row of={parseMarkdown(text)} as={blockOf} />
}

/** Each shown by its place: the text is written as a whole. */
function Row<Each>({
  of,
  as,
}: {
  readonly of: readonly Each[]
  readonly as: (each: Each, at: number) => ReactNode
}) {
  // biome-ignore lint/suspicious/noArrayIndexKey: nothing in it has a name of its own
  return of.map((each, at) => <Fragment key={at}>{as(each, at)}</Fragment>)
}

function blockOf(block: MarkdownBlock): ReactNode {
  switch (block.kind) {
    case 'heading': {
      const Heading = ({ 1: 'h2', 2: 'h3', 3: 'h4' } as const)[block.level]
      return <Heading>{wordsOf(block.words)}</Heading>
    }
    case 'list': {
      const List = block.isNumbered ? 'ol' : 'ul'
      return (
        <List>
          <Row of={block.items} as={(each) => <li>{wordsOf(each)}</li>} />
        </List>
      )
    }
    case 'table':
      return tableOf(block)
    case 'paragraph':
      return (
        <p>
          <Row
            of={block.lines}
            as={(each, at) => (
              <>
                {at > 0 && <br />}
                {wordsOf(each)}
              </>
            )}
          />
        </p>
      )
  }
}

function tableOf({ heads, rows }: MarkdownBlock & { readonly kind: 'table' }): ReactNode {
  const labels = heads.map(({ words }) => lettersOf(words))
  return (
    <PlainTable
      label={labels.join(', ')}
      heads={labels.map((label, at) => (heads[at]?.isNumber ? { label, isNumber: true } : label))}
      rows={rows.map((row, at) => ({ key: `${at}`, cells: row.map(wordsOf) }))}
    />
  )
}

function wordsOf(words: MarkdownWords): ReactNode {
  return <Row of={words} as={pieceOf} />
}

function pieceOf({ kind, text }: MarkdownPiece): ReactNode {
  if (kind === 'code') return <code>{text}</code>
  if (kind === 'bold') return <b>{text}</b>
  if (kind === 'text') return text
  return (
    <a href={text} target="_blank" rel="nofollow noopener noreferrer">
      {text}
    </a>
  )
}
