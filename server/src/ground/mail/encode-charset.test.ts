import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeCharset } from './charset.ts'
import { encodeCharset, holdsText } from './encode-charset.ts'

describe('text to bytes of a charset', () => {
  const table: readonly (readonly [string, string])[] = [
    ['utf-8', 'Größe € 漢字 😀'],
    ['iso-8859-1', 'Größe à la carte'],
    ['iso-8859-15', 'Größe 5 €'],
    ['windows-1252', 'Größe “5 €”'],
    ['windows-1251', 'Привет'],
    ['koi8-r', 'Привет'],
    ['gb18030', '保密声明 abc'],
    ['gbk', '保密声明'],
    ['big5', '保密聲明'],
    ['euc-kr', '안녕하세요'],
    ['shift_jis', '機密情報'],
    ['euc-jp', '機密情報'],
  ]
  for (const [label, text] of table)
    test(`${label} reads as it was written`, () => {
      assert(holdsText(text, label))
      assert.equal(decodeCharset(encodeCharset(text, label)!, label), text)
    })

  test('what a charset lacks is written in plain letters, or as a question mark', () => {
    assert.equal(encodeCharset('Größe – “5 €” 漢 é', 'us-ascii')?.toString(), 'Grosse - "5 EUR" ? e')
    assert.equal(encodeCharset('5 €', 'iso-8859-1')?.toString('latin1'), '5 EUR')
    assert(!holdsText('ö', 'us-ascii'))
  })

  test('what the larger charset alone has is not written in the smaller', () => {
    assert(holdsText('é', 'gbk'))
    assert.equal(encodeCharset('– 保', 'gbk')?.toString('hex'), 'a84320b1a3')
    assert.equal(encodeCharset('– 保', 'gb2312')?.toString('hex'), '2d20b1a3')
    assert.equal(encodeCharset('5 €', 'gb2312')?.toString(), '5 EUR')
  })

  test('charsets that do not hold ASCII, or that nobody knows, are not written', () => {
    for (const label of ['utf-16', 'utf-16le', 'utf-7', 'x-none', '', 'iso-2022-kr', 'a'.repeat(100)])
      assert.equal(encodeCharset('text', label), null, label)
  })
})
