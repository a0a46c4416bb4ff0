import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const people = 320

describe('a long list', withBrowser, () => {
  let browser: TestBrowser
  let site: TestSite

  before(async () => {
    browser = await TestBrowser.start()
    site = await TestSite.start({ domains: {}, users: [] })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', 'smtp://127.0.0.1:1')
    const file = join(site.folder, 'people.csv')
    const lines = Array.from({ length: people }, (_, n) => `p${String(n).padStart(3, '0')}@one.test`)
    writeFileSync(file, `address\n${lines.join('\n')}\n`)
    await site.must('user', 'import', file)
    await site.must('manager', 'add', 'olga', '--role', 'operator')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
  })

  test('is read page by page as somebody scrolls, and only what is in sight exists', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/people')
    await page.getByText('p000@one.test').first().waitFor()
    assert.equal(await page.getByText('p319@one.test').count(), 0)
    // The last line exists only where it is in sight: the count below the list may be there before.
    await waitUntil('the end is reached', async () => {
      await page.mouse.wheel(0, 3000)
      return (await page.getByText('p319@one.test').count()) > 0
    })
    assert.equal(await page.getByText(`${people} in all`).count(), 1)
    const rows = await page.locator('main [role=row]').count()
    assert.ok(rows < 80, `${rows} rows of ${people} exist`)
    assert.deepEqual(visitor.faults(), [])
  })

  test('is walked by keys, a line opens with Enter, and the way back leads to the same place', async () => {
    await using visitor = await browser.visitor(site)
    await visitor.signIn('olga')
    const page = await visitor.open('/people?text=one.test')
    await page.getByText('p000@one.test').first().waitFor()
    for (let n = 0; n < 61; n++) {
      const key = `p${String(n).padStart(3, '0')}@one.test`
      // Below the last line that has been read a key finds none: who is faster than the server waits for more.
      await page.locator(`[role=row][data-key="${key}"]`).waitFor()
      await page.keyboard.press('j')
      await waitUntil('the next line has the focus', () =>
        page.evaluate<boolean>(
          `document.activeElement?.closest('[role=row]')?.getAttribute('data-key') === '${key}'`,
        ),
      )
    }
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'p060@one.test' }).waitFor()
    await page.goBack()
    // The page of the person has his address too, and stands until the list is drawn.
    await page.locator('[role=row][data-key="p060@one.test"]').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('text'), 'one.test')
    let top = 0
    await waitUntil(
      () => `the list stands where it was left, and not at ${top} px`,
      async () => {
        top = await page.evaluate<number>('scrollY')
        return top > 800
      },
    )
    assert.deepEqual(visitor.faults(), [])
  })
})
