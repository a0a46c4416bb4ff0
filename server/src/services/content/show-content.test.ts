import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { showContent, takePart } from './show-content.ts'

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64')

function letter(...lines: string[]): Buffer {
  return Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
}

const whole = letter(
  'From: =?utf-8?q?J=C3=BCrgen?= <j@a.test>',
  'Subject: Pictures',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: multipart/alternative; boundary=a',
  '',
  '--a',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Plain words',
  '--a',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  '<p onclick=3Dx>Rich <img src=3D"cid:logo%40x"> <script>1</script></p>',
  '--a--',
  '--r',
  'Content-Type: image/png',
  'Content-ID: <logo@x>',
  'Content-Transfer-Encoding: base64',
  '',
  png,
  '--r--',
  '--m',
  'Content-Type: application/pdf; name="../../bill.pdf"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment',
  '',
  'aGVsbG8=',
  '--m--',
)

describe('a message is shown', () => {
  test('with its header, text, harmless HTML, pictures and attachments', () => {
    const shown = showContent(whole)
    assert.deepEqual(shown.header[0], { name: 'From', value: 'Jürgen <j@a.test>' })
    assert.equal(shown.text.trim(), 'Plain words')
    assert.equal(shown.html?.trim(), `<p>Rich <img src="data:image/png;base64,${png}" alt=""> </p>`)
    assert.deepEqual(shown.removed, ['attribute onclick', 'element script'])
    assert.deepEqual(
      shown.attachments.map(({ part, name, type, size }) => [part, name, type, size]),
      [
        [3, '', 'image/png', 16],
        [4, '../../bill.pdf', 'application/pdf', 5],
      ],
    )
    assert.equal(
      shown.attachments[1]?.sha256,
      '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
    )
    assert.equal(shown.cut, false)
    assert.equal(takePart(whole, 4)?.bytes.toString(), 'hello')
    assert.equal(takePart(whole, 9), null)
  })

  test('where there is HTML alone, its visible text stands beside', () => {
    const shown = showContent(
      letter('Content-Type: text/html', '', '<b>Hi</b> <p style="display:none">x</p>'),
    )
    assert.equal(shown.text.trim(), 'Hi')
  })

  test('nothing that it may be throws, and what is long is cut', () => {
    for (const each of [
      Buffer.alloc(0),
      Buffer.alloc(100_000, 'x'),
      letter('Content-Type: text/html; charset=no-such', '', '<b>x'),
      letter('Content-Type: multipart/mixed', '', 'x'),
      letter('Content-Type: message/rfc822', '', 'Subject: in', '', 'text'),
      letter('Content-Type: multipart/mixed; boundary=x', '', ...Array(5000).fill('--x\r\n\r\ny')),
    ])
      assert.ok(showContent(each))
    const long = showContent(letter('Content-Type: text/plain', '', 'word '.repeat(500_000)))
    assert.equal(long.cut, true)
    assert.equal(long.text.length, 200_000)
  })
})
