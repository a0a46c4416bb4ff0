import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostileHtml } from '../../../../../tests/mail/hostile-html.ts'
import { allowedElements } from './safe-elements.ts'
import { imageUrl } from './safe-image.ts'
import { sanitizeHtml } from './sanitize-html.ts'

const safe = (html: string) => sanitizeHtml(html).html
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

describe('HTML of mail is made harmless', () => {
  test('what people read stays, and how it looks', () => {
    assert.equal(
      safe('<p align=center style="color:#333; font-weight:bold">Dear <b>Anna</b>,<br>hello &amp; welcome'),
      '<p align="center" style="color:#333;font-weight:bold">Dear <b>Anna</b>,<br>hello &amp; welcome</p>',
    )
    const table =
      '<table width="100%" cellpadding="0"><tr><td bgcolor="#ffffff" colspan="2">x</td></tr></table>'
    assert.equal(safe(table), table)
    assert.deepEqual(sanitizeHtml(table).removed, [])
  })

  test('a link is text with its true target, and leads nowhere', () => {
    assert.equal(
      safe('<a href="https://evil.test/login?x=1&amp;y">www.bank.test</a>'),
      '<u title="https://evil.test/login?x=1&amp;y">www.bank.test</u><small> [https://evil.test/login?x=1&amp;y]</small>',
    )
    assert.equal(safe('<a href=https://a.test/>a.test</a>'), '<u title="https://a.test/">a.test</u>')
    const odd = sanitizeHtml('<a href=" java\nscript:alert(1)">go</a>')
    assert.equal(odd.html.includes('javascript:'), false)
    assert.equal(odd.removed.includes('link javascript'), true)
  })

  test('pictures of the message are shown within it, others leave their words', () => {
    const url = imageUrl(png)
    assert.equal(url, `data:image/png;base64,${png.toString('base64')}`)
    const shown = sanitizeHtml('<img src="cid:logo@x" alt="Our logo">', (id) =>
      id === 'logo@x' ? url : null,
    )
    assert.equal(shown.html, `<img src="${url}" alt="Our logo">`)
    assert.equal(safe('<img src=https://evil.test/x.png alt="Our logo">'), '[image: Our logo]')
    assert.equal(safe('<img src=https://evil.test/x.png width=1 height=1>'), '')
    assert.equal(imageUrl(Buffer.from('<svg onload=alert(1)>')), null)
    assert.equal(imageUrl(Buffer.concat([png, Buffer.alloc(2_000_000)])), null)
    assert.equal(safe(`<img src="data:image/svg+xml;base64,PHN2Zz4=">`), '[image]')
    assert.match(
      safe(`<img src="data:image/jpeg;base64,${png.toString('base64')}">`),
      /^<img src="data:image\/png;/,
    )
  })

  test('what fell is told, each kind once', () => {
    const { removed } = sanitizeHtml(
      '<script>1</script><p onclick=x onclick=y style="position:fixed;color:red">a<p onclick=z><img src=//x.test/y><!-- c --><svg><path></svg>',
    )
    assert.deepEqual(removed, [
      'element script',
      'attribute onclick',
      'style position',
      'remote image',
      'comment',
      'element svg',
      'element path',
    ])
  })

  test('nothing but what is on the lists comes out of hostile HTML', () => {
    assert.ok(hostileHtml.length >= 300, `${hostileHtml.length} cases`)
    for (const each of hostileHtml) {
      const { html } = sanitizeHtml(each)
      for (const [tag] of html.matchAll(/<[^>]*>/g)) {
        const [, name = ''] = /^<\/?([a-z0-9]+)(?: [a-z]+="[^"<>`]*")*>$/.exec(tag) ?? []
        assert.ok(allowedElements.has(name), `${tag} out of ${each}`)
        assert.doesNotMatch(
          tag.replaceAll(/"[^"]*"/g, ''),
          / (?:on[a-z]*|href|srcset|background|id|name|class)=/,
          each,
        )
        assert.doesNotMatch(tag, / src="(?!data:image\/(?:png|gif|jpeg|webp);)/, each)
        assert.doesNotMatch(
          tag.replaceAll(/ (?:title|alt|src)="[^"]*"/g, ''),
          /url|expression|position|\\/i,
          each,
        )
      }
      assert.doesNotMatch(html.replaceAll(/<[^>]*>/g, ''), /[<>]/, each)
    }
  })

  test('made harmless once more, it stays as it is', () => {
    for (const each of hostileHtml) {
      const once = safe(each)
      const twice = safe(once)
      const wordsOf = (html: string) => html.replaceAll(/ title="[^"]*"/g, '')
      assert.equal(wordsOf(twice), wordsOf(once), each)
    }
  })
})
