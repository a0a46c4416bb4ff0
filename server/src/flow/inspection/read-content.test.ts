import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { contentLimits } from './message-content.ts'
import { parseMessage } from './parse-message.ts'

const arrival = { ip: '192.0.2.1', helo: 'a.test', mailFrom: '', rcptTo: [], receivedAt: 0 }
const limits = { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 16 }

async function contentOf(message: string) {
  const bytes = Buffer.from(message.replaceAll('\n', '\r\n'))
  return (await parseMessage({ id: 'x', bytes, arrival, limits })).content()
}

describe('the content of a message', () => {
  test('texts and files, decoded; of alternatives the richest is what people see', async () => {
    const content = await contentOf(`Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/alternative; boundary=i

--i
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Gr=FC=DFe in plain
--i
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

${Buffer.from('<p>Gr\u00fc\u00dfe <b>in</b> colour</p>').toString('base64')}
--i--
--o
Content-Type: application/pdf; name=a.pdf
Content-Disposition: attachment
Content-Transfer-Encoding: base64

${Buffer.from('%PDF-').toString('base64')}
--o
Content-Type: text/plain; name=notes.txt
Content-Disposition: attachment

not shown
--o--
`)
    assert.deepEqual(
      content.texts.map((each) => each.text.trim()),
      ['Gr\u00fc\u00dfe in plain', 'Gr\u00fc\u00dfe in colour'],
    )
    assert.equal(content.visible, 'Gr\u00fc\u00dfe in colour')
    assert.deepEqual(
      content.files.map((each) => [each.name, each.size, each.bytes.toString().trim()]),
      [
        ['a.pdf', 5, '%PDF-'],
        ['notes.txt', 9, 'not shown'],
      ],
    )
  })

  test('a message within is looked into', async () => {
    const content = await contentOf('Content-Type: message/rfc822\n\nSubject: inner\n\nHello from inside\n')
    assert.equal(content.visible.trim(), 'Hello from inside')
  })

  test('parts that lie across the pieces in which a message is read', async () => {
    const first = 'a'.repeat(300_000)
    const content = await contentOf(
      `Content-Type: multipart/mixed; boundary=o\n\n--o\n\n${first}\n--o\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n${Buffer.alloc(600_000, 7).toString('base64')}\n--o\n\nlast\n--o--\n`,
    )
    assert.deepEqual(
      content.texts.map((each) => each.text.length),
      [300_000, 4],
    )
    assert.ok(content.files[0]?.bytes.equals(Buffer.alloc(600_000, 7)))
  })

  test('of what is beyond the bounds the beginning is there, and it says so', async () => {
    const part = (type: string, size: number) => `--o\nContent-Type: ${type}\n\n${'x'.repeat(size)}\n`
    const content = await contentOf(
      `Content-Type: multipart/mixed; boundary=o\n\n${part('text/plain', contentLimits.text + 5)}${part('image/a', contentLimits.file + 5)}${part('image/b', contentLimits.file)}${part('image/c', 5)}--o--\n`,
    )
    assert.deepEqual([content.texts[0]?.cut, content.texts[0]?.text.length], [true, contentLimits.text])
    assert.deepEqual(
      content.files.map((each) => [each.cut, each.size, each.bytes.length]),
      [
        [true, contentLimits.file + 5, contentLimits.file],
        [true, contentLimits.file, contentLimits.head],
        [false, 5, 5],
      ],
    )
  })
})
