import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseMessage } from '#flow/inspection/parse-message.ts'
import { applyEdits } from '#ground/mail/byte-edits.ts'
import { composeZip } from '../../../../../../tests/mail/sample-files.ts'
import { findFilesToStrip, type StripWish, stripEdits } from './strip-files.ts'

const program = Buffer.concat([Buffer.from('TVqQAAMAAAAEAAAA', 'base64'), Buffer.alloc(100)])
const read = (bytes: Buffer) =>
  parseMessage({
    id: 'm1',
    bytes,
    arrival: { ip: '192.0.2.1', helo: 'h', mailFrom: 'a@b.test', rcptTo: ['x@one.test'], receivedAt: 0 },
    limits: { maxDepth: 100, maxParts: 1000, maxHeaderBytes: 1 << 20 },
  })

async function strip(text: string, wish: Partial<StripWish>) {
  const bytes = Buffer.from(text, 'latin1')
  const message = await read(bytes)
  const files = await findFilesToStrip(message, [{ types: [], endings: [], ...wish }])
  const left = applyEdits(bytes, stripEdits(message, files, 'one.test'))
  const { texts, files: kept } = await (await read(left)).content()
  return {
    gone: files.map((each) => each.name),
    kept: kept.map((each) => each.name),
    texts: texts.map((each) => each.text),
    left: left.toString('latin1'),
    bytes: kept.map((each) => each.bytes),
  }
}

const file = (name: string, bytes: Buffer | string, type = 'application/octet-stream') =>
  `Content-Type: ${type}\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(bytes as string).toString('base64')}`
const mixed = (...parts: string[]) =>
  `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((each) => `--b\r\n${each}\r\n`).join('')}--b--\r\n`

describe('files that are taken out', () => {
  const text = 'Content-Type: text/plain\r\n\r\nhello'
  const all = mixed(
    text,
    file('a.exe', program),
    file('n.txt', 'note'),
    file('Run.JS', 'x'),
    file('z.zip', composeZip([{ name: 'in.exe', bytes: program }])),
  )

  const table: readonly (readonly [string, Partial<StripWish>, readonly string[]])[] = [
    ['by what they are, in archives too', { types: ['executable'] }, ['a.exe', 'z.zip']],
    ['by how their names end, whatever the case', { endings: ['.js'] }, ['Run.JS']],
    ['by how names in archives end', { endings: ['.exe'] }, ['a.exe', 'z.zip']],
    ['by their type', { types: ['zip'] }, ['z.zip']],
    ['all', { types: ['all'] }, ['a.exe', 'n.txt', 'Run.JS', 'z.zip']],
    ['none', { types: ['pdf'] }, []],
  ]
  for (const [name, wish, gone] of table)
    test(name, async () => {
      const found = await strip(all, wish)
      assert.deepEqual(found.gone, gone)
      assert.deepEqual(
        found.kept,
        ['a.exe', 'n.txt', 'Run.JS', 'z.zip'].filter((each) => !gone.includes(each)),
      )
      assert.equal(found.texts[0], 'hello')
      for (const each of gone)
        assert(
          found.texts.some((one) => one.includes(`"${each}"`)),
          each,
        )
    })

  test('a message that is nothing but a file becomes a text', async () => {
    const { left, texts, kept } = await strip(
      `Subject: s\r\nMIME-Version: 1.0\r\n${file('a.exe', program)}\r\n`,
      {
        types: ['executable'],
      },
    )
    assert.deepEqual(kept, [])
    assert.match(texts.join(), /^The file "a\.exe" \(112 bytes\) was taken out/)
    assert.equal(left.match(/^Content-Type:/gm)?.length, 1)
    assert.match(left, /^Content-Type: text\/plain/)
  })

  test('out of a message within, and out of what is signed; signatures stay', async () => {
    const within = `Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n${mixed(file('a.exe', program)).replaceAll('=b', '=c').replaceAll('--b', '--c')}`
    assert.deepEqual((await strip(mixed(text, within), { types: ['executable'] })).gone, ['a.exe'])
    const signed = `MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n${file('a.exe', program)}\r\n--s\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nAAAA\r\n--s--\r\n`
    const found = await strip(signed, { types: ['all'] })
    assert.deepEqual([found.gone, found.kept], [['a.exe'], ['smime.p7s']])
  })

  test('names of files cannot write into the message', async () => {
    const odd = file('a.exe', program).replace(
      'filename="a.exe"',
      "filename*=utf-8''%0D%0A--b--%0D%0AX%3A%20y.exe",
    )
    const { texts, kept } = await strip(mixed(text, odd, file('n.txt', 'note')), { types: ['executable'] })
    assert.deepEqual(kept, ['n.txt'])
    assert.equal(texts.length, 2)
    assert.doesNotMatch(texts[1] ?? '', /^--b/m)
  })

  test('what stays is as it was, byte for byte', async () => {
    const some = fc.tuple(fc.constantFrom('a.exe', 'b.bin', 'c.js', ''), fc.uint8Array({ maxLength: 200 }))
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 5 }), async (given) => {
        const parts = given.map(([name, bytes]) => file(name, Buffer.from(bytes)))
        const found = await strip(mixed(text, ...parts), { endings: ['.exe', '.js'] })
        const stay = given.filter(([name, bytes]) => !/\.(exe|js)$/.test(name) && bytes.length > 0)
        assert.deepEqual(
          found.bytes.filter((each) => each.length > 0).map((each) => each.toString('hex')),
          stay.map(([, bytes]) => Buffer.from(bytes).toString('hex')),
        )
        assert.equal(found.texts[0], 'hello')
      }),
      { numRuns: 100 },
    )
  })
})
