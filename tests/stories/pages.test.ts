import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, type Visitor, withBrowser } from '../harness/browser.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { type StoryPage, storyPages } from './pages.ts'

describe('every page of the console', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite
  let empty: TestSite

  before(async () => {
    browser = await TestBrowser.start()
    ;[sample, empty] = await Promise.all([startSampleSite(), TestSite.start({ domains: {}, users: [] })])
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
    await empty[Symbol.asyncDispose]()
  })

  /** What is wrong with the page that somebody sees. */
  async function lookAt(visitor: Visitor, { name, shows }: StoryPage): Promise<string[]> {
    await visitor.settle()
    const isShown = await visitor.page
      .locator('main', { hasText: shows })
      .waitFor()
      .then(() => true)
      .catch(() => false)
    const found = [...(await visitor.inaccessible()), ...visitor.faults()]
    if (!isShown) found.unshift(`does not show ${shows}`)
    if ((await visitor.sideways()) !== 0) found.unshift('scrolls sideways')
    for (const each of await visitor.sidewaysTables()) found.unshift(`its table scrolls sideways: ${each}`)
    return found.map((each) => `${name}: ${each}`)
  }

  // An address is opened once as a link in a mail does, and once as a link of the console does.
  for (const { width, scheme, way } of [
    { width: 1440, scheme: 'light', way: 'open' },
    { width: 390, scheme: 'dark', way: 'go' },
  ] as const)
    test(`full, ${width} px wide, ${scheme}: what it should show, nothing sideways, nothing that axe-core calls serious`, async () => {
      await using visitor = await browser.visitor(sample.site, { width, scheme })
      await visitor.signIn('olga')
      await visitor.open('/')
      const wrong: string[] = []
      for (const each of storyPages) {
        await visitor[way](each.path(sample))
        wrong.push(...(await lookAt(visitor, each)))
      }
      assert.deepEqual(wrong, [])
    })

  test('empty: it says what will be here', async () => {
    await using visitor = await browser.visitor(empty, { scheme: 'dark' })
    await visitor.open('/')
    for (const { name, path } of storyPages.filter((each) => each.isThereEmpty)) {
      await visitor.go(path(sample))
      await visitor.settle()
      assert.deepEqual(await visitor.inaccessible(), [], name)
      assert.deepEqual(visitor.faults(), [], name)
    }
  })

  test('broken: a page whose parts all fail alike says so once, and one press asks for all again', async () => {
    await using visitor = await browser.visitor(empty)
    const away = { type: 'urn:mailkeep:not-available', title: 'Not available', status: 503, detail: 'Later.' }
    const asked = new Set<string>()
    let isAway = true
    await visitor.page.route(/\/api\/v1\/(history|upstream)/, (route) => {
      asked.add(new URL(route.request().url()).pathname)
      const answer = { status: 503, contentType: 'application/problem+json', body: JSON.stringify(away) }
      return isAway ? route.fulfill(answer) : route.continue()
    })
    await visitor.open('/history')
    const faults = visitor.page.locator('main [data-fault]')
    await faults.first().waitFor()
    await visitor.settle()
    assert.equal(await faults.count(), 1)
    const parts = asked.size
    assert.ok(parts >= 4, [...asked].join(' '))
    asked.clear()
    isAway = false
    await visitor.page.getByRole('button', { name: 'Try again' }).click()
    // The one fault stands for parts that are asked for one after the other: it says nothing of how many have been.
    await visitor.page.getByText('Nothing was imported').waitFor()
    await waitUntil(
      () => `all ${parts} parts are asked for again: ${[...asked].join(' ')}`,
      () => asked.size === parts,
    )
    await faults.first().waitFor({ state: 'detached' })
  })
})
