import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { sanitizeHtml } from '../../server/src/ground/mail/sanitize/sanitize-html.ts'
import { HostileFrames, withChromium } from '../harness/hostile-frames.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { hostileHtml } from '../mail/hostile-html.ts'

const source = fileURLToPath(
  new URL('../../server/src/ground/mail/sanitize/sanitize-html.ts', import.meta.url),
)

describe('hostile HTML in Chromium', withChromium, () => {
  let frames: HostileFrames
  before(async () => {
    frames = await HostileFrames.start()
  })
  after(() => frames?.[Symbol.asyncDispose]())

  test('as it came, much of it runs: the cases bite', async () => {
    let said = ''
    // A frame is shown for a moment; a browser that has no time runs less of it.
    await waitUntil('much of it runs', async () => {
      const { ran, asked } = await frames.show(hostileHtml)
      said = `${ran.length} of ${hostileHtml.length} ran a script, ${asked.length} requests`
      return ran.length >= 100 && asked.length >= 30
    }).catch(() => assert.fail(said))
  })

  test('made harmless, no script runs, nothing is asked, and nothing else comes into being', async () => {
    const found = await frames.show(hostileHtml.map((each) => sanitizeHtml(each).html))
    assert.deepEqual(found, { ran: [], asked: [], odd: [] })
  })

  test('the same function in the browser gives the same answers', async () => {
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        write: false,
        minify: false,
        lib: { entry: source, formats: ['iife'], name: 'preview', fileName: 'preview' },
      },
    })
    const [output] = Array.isArray(built) ? built : [built]
    const [chunk] = 'output' in output! ? output.output : []
    assert.equal(chunk?.type, 'chunk')
    const { page } = await frames.open()
    await page.addScriptTag({ content: chunk?.type === 'chunk' ? chunk.code : '' })
    const there = await page.evaluate(
      `${JSON.stringify(hostileHtml)}.map((each) => preview.sanitizeHtml(each))`,
    )
    assert.deepEqual(
      there,
      hostileHtml.map((each) => sanitizeHtml(each)),
    )
    await page.close()
  })
})
