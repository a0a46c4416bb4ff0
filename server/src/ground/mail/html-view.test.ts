import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { viewHtml } from './html-view.ts'

describe('what an HTML text shows', () => {
  test('text by blocks, entities decoded, styles and scripts left out', () => {
    const view = viewHtml(
      '<html><head><title>A &amp; B</title><style>p{}</style></head><body><p>Caf&eacute;<b> au</b> lait</p><div>Second<br>third</div><script>run()</script></body>',
    )
    assert.equal(view.visible, 'Caf\u00e9 au lait\nSecond\nthird')
    assert.equal(view.title, 'A & B')
    assert.equal(view.scripts, 'run()')
    assert.equal(view.hidden, '')
  })

  test('what nobody sees stands apart', () => {
    const styles = [
      'display:none',
      'DISPLAY : none !important',
      'font-size:0',
      'font-size:1px',
      'font-size:0.01em',
      'opacity:0',
      'visibility:hidden',
      'color:#fff;background-color:white',
      'max-height:0;overflow:hidden',
      'mso-hide:all',
      'position:absolute;left:-9999px',
    ]
    for (const style of styles)
      assert.deepEqual(
        [viewHtml(`a<span style="${style}">secret</span>b`)].map(({ visible, hidden }) => [
          visible,
          hidden,
        ])[0],
        ['ab', 'secret'],
        style,
      )
    for (const style of [
      'font-size:1em',
      'font-size:12px',
      'opacity:0.9',
      'color:#fff;background:#000',
      'display:block',
    ])
      assert.equal(viewHtml(`<span style="${style}">seen</span>`).visible, 'seen', style)
  })

  test('links with what people see of them, images and forms', () => {
    const view = viewHtml(
      '<a href=" https://a.test/x?a=1&amp;b=2 ">Click <b>here</b></a><a href="https://b.test"><img src="cid:1" alt="Logo" width="10" height="20px"></a><form action="https://c.test"><input type="PASSWORD" name="pw"></form>',
    )
    assert.deepEqual(view.links, [
      { href: 'https://a.test/x?a=1&b=2', text: 'Click here', hidden: false },
      { href: 'https://b.test', text: 'Logo', hidden: false },
    ])
    assert.deepEqual(view.images, [
      { src: 'cid:1', alt: 'Logo', width: 10, height: 20, href: 'https://b.test' },
    ])
    assert.deepEqual(view.forms, [{ action: 'https://c.test', fields: ['password:pw'] }])
  })

  test('a refresh, a base, handlers', () => {
    const view = viewHtml(
      '<base href="https://d.test/"><meta http-equiv="Refresh" content="0; URL=\'https://e.test\'"><p onclick="x()"><a href="javascript:y()">z</a>',
    )
    assert.deepEqual([view.base, view.refresh, view.handlers], ['https://d.test/', 'https://e.test', 2])
  })

  test('never throws', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('<', '>', 'a', '"', '=', '/', '&', ' ', '!', '-', 'style') }),
        (html) => {
          viewHtml(html)
        },
      ),
    )
  })
})
