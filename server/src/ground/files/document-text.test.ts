import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { composeZip } from '../../../../tests/mail/sample-files.ts'
import { readDocumentText } from './document-text.ts'

function pdfOf(content: string, packed: boolean, table = ''): Buffer {
  const stream = (text: string) => {
    const bytes = packed ? deflateSync(Buffer.from(text, 'latin1')) : Buffer.from(text, 'latin1')
    const filter = packed ? '/Filter /FlateDecode ' : ''
    return Buffer.concat([
      Buffer.from(`<< ${filter}/Length ${bytes.length} >>\nstream\n`),
      bytes,
      Buffer.from('\nendstream\nendobj\n'),
    ])
  }
  const parts = [Buffer.from('%PDF-1.4\n1 0 obj\n'), stream(content)]
  if (table !== '') parts.push(Buffer.from('2 0 obj\n'), stream(table))
  return Buffer.concat([...parts, Buffer.from('%%EOF\n')])
}

const zipOf = (files: Readonly<Record<string, string>>) =>
  composeZip(Object.entries(files).map(([name, text]) => ({ name, bytes: Buffer.from(text) })))

const textOf = async (name: string, bytes: Buffer) =>
  (await readDocumentText([{ name, bytes }])).replace(/\s+/g, ' ').trim()

test('pages of a PDF, packed or not, in strings and in rows of strings', async () => {
  const content = 'BT /F1 12 Tf (Your mailbox \\(full\\)) Tj T* [(is sus) -20 (pended) -300 (today)] TJ ET'
  for (const packed of [false, true])
    assert.equal(await textOf('a.pdf', pdfOf(content, packed)), 'Your mailbox (full) is suspended today')
})

test('letters of a font with an order of its own are read by its table', async () => {
  const table =
    'beginbfchar <0003> <0020> <0010> <0050> endbfchar beginbfrange <0020> <0022> <0061> endbfrange'
  assert.equal(await textOf('a.pdf', pdfOf('BT <0010002000030021> Tj <0022> Tj ET', true, table)), 'Pa bc')
})

test('a letter, an invitation, a web page and a plain text', async () => {
  const letter = zipOf({
    '[Content_Types].xml': '<Types/>',
    'word/document.xml':
      '<w:p><w:r><w:t>Pay the inv</w:t></w:r><w:r><w:t>oice</w:t></w:r></w:p><w:p><w:t>R&amp;D</w:t></w:p>',
  })
  assert.equal(await textOf('a.docx', letter), 'Pay the invoice R&D')
  const invitation =
    'BEGIN:VCALENDAR\r\nSUMMARY;LANGUAGE=en:Account\r\n  review\r\nDESCRIPTION:Open\\nnow\r\nUID:1\r\nEND:VCALENDAR\r\n'
  assert.equal(await textOf('a.ics', Buffer.from(invitation)), 'Account review Open now')
  assert.equal(await textOf('a.html', Buffer.from('<html><body><p>Sign in</p></body></html>')), 'Sign in')
  assert.equal(await textOf('a.txt', Buffer.from('Hello')), 'Hello')
})

test('any bytes give some text in bounded time, and never an error', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
      for (const head of ['%PDF-1.4\n1 0 obj << >>\nstream\n', 'PK\x03\x04', 'BEGIN:VCALENDAR\n', '<html>'])
        assert.equal(typeof (await textOf('a.txt', Buffer.concat([Buffer.from(head), bytes]))), 'string')
    }),
    { numRuns: 50 },
  )
  for (const piece of ['(', '<0', '(a', '[(', 'beginbf', 'BT Tj ', 'stream', '<a:p', '\\(', '-999']) {
    const content = piece.repeat(Math.floor((1 << 18) / piece.length))
    const started = performance.now()
    await textOf('a.pdf', pdfOf(`${content} Tj`, true))
    await textOf('a.pdf', pdfOf(`${content} Tj beginbf`, false))
    await textOf('a.docx', zipOf({ '[Content_Types].xml': '', 'word/document.xml': content }))
    assert(performance.now() - started < 10_000, piece)
  }
})
