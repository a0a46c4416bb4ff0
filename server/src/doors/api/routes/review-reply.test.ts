import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastify } from 'fastify'
import { createSilentLog } from '#ground/platform/log.ts'
import { platformBrand } from '#services/branding/brand.ts'
import { OrderError } from '#services/ledger/order-error.ts'
import { brandFrame } from '../page/brand-frame.ts'
import { readPageAssets } from '../page/page-assets.ts'
import { askPage } from '../page/review-link-page.ts'
import type { ApiContext } from './api-context.ts'
import { addReviewPage, type ReviewAnswer } from './review-reply.ts'

const brand = { ...platformBrand, name: 'North & Light', accent: '#7a1f5c' }

async function answerOf(work: () => Promise<ReviewAnswer>) {
  const app = fastify()
  const parts = {
    log: createSilentLog(),
    config: { 'console.url': 'https://mail.test', 'console.storeWait': 50 },
  }
  addReviewPage(
    app,
    { parts, assets: readPageAssets(), brandOf: () => brandFrame(brand) } as unknown as ApiContext,
    ['GET', '/x'],
    work,
  )
  const answer = await app.inject('/x')
  await app.close()
  return answer
}

describe('pages of people', () => {
  test('a store that hangs or fails is said to be away, in time', async () => {
    const started = performance.now()
    const late = await answerOf(() => new Promise(() => undefined))
    assert.ok(performance.now() - started < 10_000)
    const failed = await answerOf(() => Promise.reject(new Error('secret words of the store')))
    for (const { statusCode, body, headers } of [late, failed]) {
      assert.equal(statusCode, 503)
      assert.equal(headers['retry-after'], '60')
      assert.match(body, /Your messages are kept/)
      assert.doesNotMatch(body, /secret words/)
    }
  })

  test('what is not there is no fault of the store', async () => {
    const { statusCode, body } = await answerOf(() =>
      Promise.reject(new OrderError('not-found', 'there is no user x@one.test')),
    )
    // The door's own handler makes 404 of it.
    assert.notEqual(statusCode, 503)
    assert.match(body, /there is no user x@one\.test/)
  })

  test('a session is for these pages alone, and no script sees it', async () => {
    const opened = await answerOf(async () => ({ to: '/review/messages', session: 's' }))
    const [cookie] = [opened.headers['set-cookie']].flat()
    assert.equal(cookie, 'mailkeep-review=s; Path=/review; HttpOnly; SameSite=Lax; Secure')
    const ended = await answerOf(async () => ({ to: '/review', session: null }))
    assert.match(String(ended.headers['set-cookie']), /^mailkeep-review=; .*Max-Age=0$/)
  })

  test('a page is kept by nobody, and light', async () => {
    const page = await answerOf(async () => ({ page: askPage(null) }))
    assert.deepEqual([page.statusCode, page.headers['cache-control']], [200, 'no-store'])
    assert.match(page.body, /North &amp; Light/)
    assert.match(page.body, /href="\/brand\/accent-7a1f5c\.css"/)
    assert.ok(Buffer.byteLength(page.body) + readPageAssets().review.content.length < 60_000)
  })
})
