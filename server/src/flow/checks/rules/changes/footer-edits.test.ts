import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { InspectedMessage } from '#flow/inspection/check.ts'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { applyEdits } from '#ground/mail/byte-edits.ts'
import { type Footer, footerEdits } from './footer-edits.ts'

const note: Footer = { text: 'Vertraulich – Größe 5 €\nZeile 2', html: null, once: false }
const ascii: Footer = { text: 'Confidential.\nAsk us.', html: null, once: false }

function read(text: string | Buffer): Promise<InspectedMessage> {
  return parseMessage({
    id: 'm',
    bytes: typeof text === 'string' ? Buffer.from(text, 'latin1') : text,
    arrival: { ip: '192.0.2.1', helo: 'h', mailFrom: 'a@b.test', rcptTo: ['x@one.test'], receivedAt: 0 },
    limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
  })
}

async function footed(text: string, footers: readonly Footer[] = [ascii]) {
  const { edits, why } = await footerEdits(await read(text), footers, new Set())
  const bytes = applyEdits(Buffer.from(text, 'latin1'), edits)
  const { texts, files } = await (await read(bytes)).content()
  return { raw: bytes.toString('latin1'), why, texts: texts.map((each) => each.text), files }
}

const head = 'From: a@b.test\r\nSubject: s\r\n'
const part = (type: string, encoding: string, body: string) =>
  `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`
const base64 = (text: string | Buffer) =>
  (
    Buffer.from(text as string)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n')
const multipart = (kind: string, ...parts: string[]) =>
  `Content-Type: multipart/${kind}; boundary="=-b${kind}"\r\n\r\n${parts.map((each) => `--=-b${kind}\r\n${each}\r\n`).join('')}--=-b${kind}--`

describe('footers', () => {
  test('under a plain text, with and without a last line end', async () => {
    assert.equal(
      (await footed(`${head}\r\nHello.\r\n`)).raw,
      `${head}\r\nHello.\r\n\r\nConfidential.\r\nAsk us.\r\n`,
    )
    assert.equal((await footed(`${head}\r\nHello.`)).raw, `${head}\r\nHello.\r\n\r\nConfidential.\r\nAsk us.`)
  })

  test('what is not ASCII makes a part of ASCII one of UTF-8, and says so', async () => {
    const { raw, texts } = await footed(`${head}\r\nHello.\r\n`, [note])
    assert.match(raw, /Content-Type: text\/plain; charset=utf-8\r\n/)
    assert.match(raw, /Content-Transfer-Encoding: 8bit\r\n/)
    assert.match(raw, /MIME-Version: 1.0\r\n/)
    assert.match(texts.join(), /^Hello\.\r\n\r\nVertraulich – Größe 5 €\r\nZeile 2/)
    const typed = `${head}MIME-Version: 1.0\r\n${part('text/plain; charset="us-ascii"; format=flowed', '7bit', 'Hi\r\n')}`
    const again = await footed(typed, [note])
    assert.match(again.raw, /Content-Type: text\/plain; charset=utf-8; format=flowed\r\n/)
    assert.match(again.texts.join(), /Größe 5 €/)
  })

  const encodings: readonly (readonly [string, string, string])[] = [
    ['quoted-printable', 'text/plain; charset=utf-8', 'Gr=C3=BC=C3=9Fe\r\n'],
    ['quoted-printable without a line end', 'text/plain; charset=utf-8', 'Gr=C3=BC=C3=9Fe'],
    ['quoted-printable that ends within a line', 'text/plain; charset=utf-8', 'Gr=C3=BC=C3=9Fe=\r\n'],
    ['base64', 'text/plain; charset=utf-8', base64('Grüße\r\n')],
    ['base64 of one byte more', 'text/plain; charset=utf-8', base64('Grüße!\r\n')],
    ['base64 of two bytes more', 'text/plain; charset=utf-8', `${base64('Grüße!!\r\n')}\r\n`],
    ['8bit', 'text/plain; charset=utf-8', Buffer.from('Grüße\r\n').toString('latin1')],
  ]
  for (const [name, type, body] of encodings)
    test(`a text in ${name}`, async () => {
      const { texts } = await footed(`${head}${part(type, name.split(' ')[0] ?? '', body)}`, [note])
      assert.match(texts.join(), /^Grüße!{0,2}\r\n\r\nVertraulich – Größe 5 €\r\nZeile 2(\r\n)?$/)
    })

  test('a text in another charset gets the bytes of that charset', async () => {
    const body = Buffer.from('Grüße\r\n', 'latin1').toString('latin1')
    const { raw, texts } = await footed(`${head}${part('text/plain; charset=iso-8859-1', '8bit', body)}`, [
      note,
    ])
    assert.match(texts.join(), /Vertraulich - Größe 5 EUR/)
    assert(raw.includes(Buffer.from('Größe', 'latin1').toString('latin1')))
  })

  for (const encoding of ['7bit', 'quoted-printable', 'base64'])
    for (const filler of ['', 'x', 'xx'])
      test(`a page in ${encoding}${filler && ` and ${filler.length} bytes more`}: before its closing tag`, async () => {
        const html = `<html><body><p>Hello ${filler}</p>\r\n${'<p>word</p>\r\n'.repeat(30)}</BODY></html>\r\n`
        const quoted = html.replaceAll('=', '=3D')
        const body = { base64: base64(html), 'quoted-printable': quoted }[encoding] ?? html
        const { raw, texts } = await footed(`${head}${part('text/html; charset=gb2312', encoding, body)}`, [
          note,
        ])
        assert.match(texts.join(), /word\s+Vertraulich – Größe 5 €\s+Zeile 2\s*$/)
        const after = await (await read(raw)).content()
        const bytes = after.texts[0]?.part
        assert(bytes)
        assert(raw.split('\r\n').every((line) => line.length <= 998))
      })

  test('every form of an alternative, the last text of a mixed one, the page of related parts; files stay', async () => {
    const file = `Content-Type: text/plain; name=n.txt\r\nContent-Disposition: attachment; filename=n.txt\r\n\r\nfile`
    const page = multipart(
      'related',
      part('text/html', '7bit', '<p>hello</p>'),
      part('image/png', 'base64', base64('png')),
    )
    const both = multipart('alternative', part('text/plain', '7bit', 'hello'), page)
    const { texts, files } = await footed(`${head}MIME-Version: 1.0\r\n${multipart('mixed', both, file)}\r\n`)
    assert.deepEqual(
      texts.map((each) => /^hello\s+Confidential\.\s+Ask us\.\s*$/.test(each)),
      [true, true],
    )
    assert.deepEqual(
      files.map((each) => each.bytes.toString()),
      ['png', 'file'],
    )
  })

  test('what is signed, encrypted or a report is left as it is, and the answer says why', async () => {
    const inner = part('text/plain', '7bit', 'hello')
    const signed = `${head}${multipart('signed', inner, part('application/pgp-signature', '7bit', 'x'))}`
    for (const [text, why] of [
      [signed, 'signed'],
      [`${head}${multipart('mixed', multipart('signed', inner, inner))}`, 'signed'],
      [`${head}${part('application/pkcs7-mime', 'base64', 'AAAA')}`, 'encrypted'],
      [`${head}${multipart('report', inner)}`, 'report'],
      [`${head}${part('application/pdf', 'base64', 'AAAA')}`, 'no-text'],
      [`${head}${part('text/plain; charset=utf-16', 'base64', 'AAAA')}`, 'unknown-encoding'],
      [`${head}${part('text/plain', 'x-uuencode', 'AAAA')}`, 'unknown-encoding'],
      [`${head}${part('text/plain', 'base64', 'YQ==YQ==')}`, 'unknown-encoding'],
    ] as const) {
      const found = await footed(text)
      assert.deepEqual([found.raw === text, found.why], [true, why])
    }
  })

  test('once: not where it is quoted already, whatever the quoting did to its lines', async () => {
    const once = { ...ascii, once: true }
    const quoted = `${head}\r\nThanks!\r\n\r\n> Hello\r\n>\r\n> Confidential. Ask\r\n> us.\r\n`
    assert.equal((await footed(quoted, [once])).raw, quoted)
    assert.match((await footed(`${head}\r\nThanks!\r\n`, [once])).raw, /Confidential/)
  })

  test('a long part is not held: its end is enough', async () => {
    const lines = `${'a long line of words that goes on\r\n'.repeat(40_000)}`
    const { texts, raw } = await footed(`${head}${part('text/plain', 'base64', base64(lines))}`)
    assert.equal(texts.length, 1)
    const body = Buffer.from(raw.slice(raw.indexOf('\r\n\r\n')), 'base64').toString()
    assert.equal(body, `${lines}\r\nConfidential.\r\nAsk us.\r\n`)
  })
})

describe('any message with any footer', () => {
  const words = fc.stringMatching(/^[a-zA-Z0-9 =.<>&\r\n-]{0,120}$/)
  const types = fc.constantFrom('text/plain', 'text/html', 'text/plain; charset=utf-8', 'image/png')
  const leaf = fc
    .tuple(types, fc.constantFrom('7bit', '8bit', 'base64', 'quoted-printable'), words, fc.boolean())
    .map(([type, encoding, body, wrapped]) => {
      const bytes = encoding === 'base64' ? base64(body) : body.replace(/--/g, '')
      return part(type, encoding, wrapped ? `${bytes}\r\n` : bytes)
    })
  const { tree } = fc.letrec<{ tree: string; leaf: string; node: string }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('node')),
    leaf,
    node: fc
      .tuple(
        fc.constantFrom('mixed', 'alternative', 'related', 'signed'),
        fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
      )
      .map(([kind, parts, n]) => multipart(kind, ...parts).replaceAll(`=-b${kind}`, `=-${kind}${n}`)),
  }))

  test('has all other parts as they were, and every text that is changed still begins as it did', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.constantFrom(ascii, note), fc.string(), async (body, footer, text) => {
        const raw = `${head}MIME-Version: 1.0\r\n${body}`
        const given = { ...footer, text: `${footer.text}${text.replace(/[^ -~]/g, '')}` }
        const before = await (await read(raw)).content()
        const { edits } = await footerEdits(await read(raw), [given], new Set())
        const changed = applyEdits(Buffer.from(raw, 'latin1'), edits)
        const after = await (await read(changed)).content()
        assert.deepEqual(
          after.files.map((each) => each.bytes.toString('latin1')),
          before.files.map((each) => each.bytes.toString('latin1')),
        )
        const plain = (content: typeof after) =>
          content.texts.filter((each) => each.html === null).map((each) => each.text.trimEnd())
        const now = plain(after)
        for (const each of plain(before))
          assert(
            now.some((text) => text.startsWith(each)),
            each,
          )
      }),
      { numRuns: 300 },
    )
  })

  test('never throws, whatever the bytes', async () => {
    const odd = fc.constantFrom('--b', '--b--', '=', '=3', 'PGI+', '==', '\r\n', '<', '</body', '\n', 'é')
    const bytes = fc.array(fc.oneof(odd, fc.string()), { maxLength: 30 }).map((each) => each.join(''))
    const headers = fc.constantFrom(
      part('text/html', 'base64', ''),
      part('text/plain', 'quoted-printable', ''),
      part('multipart/mixed; boundary=b', '7bit', '--b\r\n'),
      '',
    )
    await fc.assert(
      fc.asyncProperty(headers, bytes, async (start, rest) => {
        const message = await read(Buffer.from(start + rest))
        const { edits } = await footerEdits(message, [note], new Set())
        applyEdits(Buffer.from(start + rest), edits)
      }),
      { numRuns: 300 },
    )
  })
})
