import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { showContent } from '../../server/src/services/content/show-content.ts'
import { HostileFrames, withChromium } from '../harness/hostile-frames.ts'

/**
 * The expectations of DOMPurify, where the folder in MAILKEEP_SUITES has them as DOMPurify/test/fixtures/expect.mjs.
 * Ours keeps other elements, so what is asked is not that the text is the same: each case comes as a mail, and what the
 * preview makes of it must run nothing, ask nobody and be made of nothing but what is on our lists. It never enters this
 * repository; the tricks are in tests/mail/hostile-html.ts too, with words of our own.
 */
const folder = process.env.MAILKEEP_SUITES
const file = folder ? join(folder, 'DOMPurify/test/fixtures/expect.mjs') : ''

interface Case {
  readonly payload: string
}

if (existsSync(file)) {
  const { default: cases } = (await import(pathToFileURL(file).href)) as { default: readonly Case[] }
  describe(`the ${cases.length} cases of DOMPurify in the preview`, withChromium, () => {
    let frames: HostileFrames
    before(async () => {
      frames = await HostileFrames.start()
    })
    after(() => frames?.[Symbol.asyncDispose]())

    test('as they came, scripts run: the cases bite', async () => {
      const { ran } = await frames.show(cases.map((each) => each.payload))
      assert.ok(ran.length >= cases.length / 10, `${ran.length} of ${cases.length} ran a script`)
    })

    test('as the preview shows them, no script runs and no request leaves', async () => {
      const texts = cases.map(({ payload }) => showContent(asMail(payload)).html ?? '')
      assert.deepEqual(await frames.show(texts), { ran: [], asked: [], odd: [] })
    })
  })
}

function asMail(html: string): Buffer {
  return Buffer.from(
    `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(html).toString('base64')}\r\n`,
  )
}
