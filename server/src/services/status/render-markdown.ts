import { lettersOf, type MarkdownBlock, type MarkdownWords, parseMarkdown } from '@mailkeep/contract/markdown'
import { escapeMarkup } from './markup.ts'

/** Markdown of people as HTML. Every letter of it is escaped: the elements are the renderer's alone. */
export function renderMarkdown(text: string): string {
  return parseMarkdown(text).map(blockOf).join('\n')
}

/** The first plain paragraph of such a text in one line, without marks; empty: it has none. */
export function firstParagraph(text: string): string {
  const first = parseMarkdown(text).find((each) => each.kind === 'paragraph')
  return first?.lines.map(lettersOf).join(' ') ?? ''
}

function blockOf(block: MarkdownBlock): string {
  switch (block.kind) {
    case 'heading':
      // The page has the one heading of the first level.
      return element(`h${block.level + 1}`, wordsOf(block.words))
    case 'list':
      return element(
        block.isNumbered ? 'ol' : 'ul',
        block.items.map((each) => element('li', wordsOf(each))).join(''),
      )
    case 'table':
      return tableOf(block)
    case 'paragraph':
      return element('p', block.lines.map(wordsOf).join('<br>'))
  }
}

function tableOf({ heads, rows }: MarkdownBlock & { readonly kind: 'table' }): string {
  const head = heads.map((each) => `<th scope="col">${wordsOf(each.words)}</th>`).join('')
  const body = rows.map((row) => element('tr', row.map((cell) => element('td', wordsOf(cell))).join('')))
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

function wordsOf(words: MarkdownWords): string {
  return words
    .map(({ kind, text }) => {
      const letters = escapeMarkup(text)
      if (kind === 'link') return `<a href="${letters}" rel="nofollow noopener">${letters}</a>`
      if (kind === 'text') return letters
      return element(kind === 'bold' ? 'b' : 'code', letters)
    })
    .join('')
}

function element(name: string, inner: string): string {
  return `<${name}>${inner}</${name}>`
}
