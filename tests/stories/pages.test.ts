import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { TestSite } from '../harness/site.ts'
import { storyPages } from './pages.ts'

describe('every page of the console', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite
  let empty: TestSite

  before(async () => {
    browser = await TestBrowser.start()
    sample = await startSampleSite()
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
    empty = await TestSite.start({ domains: {}, users: [] })
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
    await empty[Symbol.asyncDispose]()
  })

  for (const { width, scheme } of [
    { width: 1440, scheme: 'light' },
    { width: 390, scheme: 'dark' },
  ] as const)
    test(`full, ${width} px wide, ${scheme}: what it should show, nothing sideways, nothing that axe-core calls serious`, async () => {
      await using visitor = await browser.visitor(sample.site, { width, scheme })
      await visitor.signIn('olga')
      const wrong: string[] = []
      for (const { name, path, shows } of storyPages) {
        const page = await visitor.open(path(sample))
        await visitor.settle()
        const isShown = await page
          .locator('main', { hasText: shows })
          .waitFor()
          .then(() => true)
          .catch(() => false)
        if (!isShown) wrong.push(`${name} does not show ${shows}`)
        if ((await visitor.sideways()) !== 0) wrong.push(`${name} scrolls sideways`)
        for (const each of [...(await visitor.inaccessible()), ...visitor.faults()])
          wrong.push(`${name}: ${each}`)
      }
      assert.deepEqual(wrong, [])
    })

  test('empty: it says what will be here', async () => {
    await using visitor = await browser.visitor(empty, { scheme: 'dark' })
    for (const { name, path } of storyPages.filter((each) => each.isThereEmpty)) {
      await visitor.open(path(sample))
      await visitor.settle()
      assert.deepEqual(await visitor.inaccessible(), [], name)
      assert.deepEqual(visitor.faults(), [], name)
    }
  })
})
