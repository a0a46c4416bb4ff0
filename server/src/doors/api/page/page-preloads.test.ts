import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { preloadLinks } from './page-preloads.ts'

const pages = [
  { path: '/', files: ['assets/home-1.js', 'assets/home-1.css'] },
  { path: '/sync/new', files: ['assets/new-1.js'] },
  { path: '/sync/:id', files: ['assets/source-1.js'] },
]

describe('what a page of the console asks for at once', () => {
  test('its own scripts and styles', () => {
    const links = preloadLinks(pages, '/')
    assert.match(links, /<link rel="modulepreload" crossorigin href="\/assets\/home-1\.js">/)
    assert.match(links, /<link rel="preload" as="style" crossorigin href="\/assets\/home-1\.css">/)
    assert.doesNotMatch(links, /source-1/)
  })

  test('by the first pattern that fits, and nothing of the address stands in the page', () => {
    assert.match(preloadLinks(pages, '/sync/new'), /new-1/)
    assert.match(preloadLinks(pages, '/sync/"><script>'), /source-1/)
    assert.doesNotMatch(preloadLinks(pages, '/sync/"><script>'), /<script/)
    for (const path of ['/sync/', '/sync/a/b', '/none'])
      assert.doesNotMatch(preloadLinks(pages, path), /assets/)
  })
})
