import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { longestMarkdown, type MarkdownBlock, type MarkdownWords, parseMarkdown } from './markdown.ts'

const text = (words: string) => [{ kind: 'text' as const, text: words }]
const lines = (...each: MarkdownWords[]): MarkdownBlock => ({ kind: 'paragraph', lines: each })

describe('the blocks of Markdown', () => {
  test('a heading ends what stands above it, and a line below it begins anew', () => {
    assert.deepEqual(parseMarkdown('before\n# One\nafter\n\n\n### Three'), [
      lines(text('before')),
      { kind: 'heading', level: 1, words: text('One') },
      lines(text('after')),
      { kind: 'heading', level: 3, words: text('Three') },
    ])
    assert.deepEqual(parseMarkdown('#### four\n#five'), [lines(text('#### four'), text('#five'))])
  })

  test('lists, with boxes as words; a line that is none makes all of it lines', () => {
    assert.deepEqual(parseMarkdown('- one\n- [ ] two\n- [x] three\n\n1. a\n12. b'), [
      { kind: 'list', isNumbered: false, items: [text('one'), text('open: two'), text('done: three')] },
      { kind: 'list', isNumbered: true, items: [text('a'), text('b')] },
    ])
    assert.deepEqual(parseMarkdown('- one\nno item'), [lines(text('- one'), text('no item'))])
  })

  test('a table tells which of its columns are numbers, and a bar that is written stays in its cell', () => {
    assert.deepEqual(parseMarkdown('above\n| state | all |\n| --- | ---: |\n| a\\|b | 3 |\n| c |'), [
      lines(text('above')),
      {
        kind: 'table',
        heads: [
          { words: text('state'), isNumber: false },
          { words: text('all'), isNumber: true },
        ],
        rows: [[text('a|b'), text('3')], [text('c')]],
      },
    ])
  })
})

describe('the words of a line', () => {
  test('bold, code and addresses, whose last full stop is of the sentence', () => {
    assert.deepEqual(parseMarkdown('a **b\\_** `<c>` at https://example.org/?d=1&e=2.'), [
      lines([
        { kind: 'text', text: 'a ' },
        { kind: 'bold', text: 'b_' },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: '<c>' },
        { kind: 'text', text: ' at ' },
        { kind: 'link', text: 'https://example.org/?d=1&e=2' },
        { kind: 'text', text: '.' },
      ]),
    ])
  })

  test('whatever else would lead somewhere or be markup is letters', () => {
    for (const hostile of [
      '[a](javascript:alert(1))',
      'javascript://example.org/%0aalert(1)',
      'data:text/html,x',
      '<img src=x onerror=alert(1)>',
      '> quoted',
      '![x](y)',
    ])
      assert.deepEqual(parseMarkdown(hostile), [lines(text(hostile))])
  })

  test('marks without an end, or within each other, stay letters and go no deeper', () => {
    assert.deepEqual(parseMarkdown('**a `b'), [lines(text('**a `b'))])
    assert.deepEqual(parseMarkdown('**a `b` c**'), [lines([{ kind: 'bold', text: 'a `b` c' }])])
  })

  test('what comes behind the longest text is not read', () => {
    const most = 'a'.repeat(longestMarkdown)
    assert.deepEqual(parseMarkdown(`${most}b\n\nc`), [lines(text(most))])
  })
})
