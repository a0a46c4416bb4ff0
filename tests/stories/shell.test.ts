import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { type SampleSite, startSampleSite } from '../harness/sample-site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('what stands around every page', withBrowser, () => {
  let browser: TestBrowser
  let sample: SampleSite

  before(async () => {
    browser = await TestBrowser.start()
    sample = await startSampleSite()
    await sample.site.must('manager', 'add', 'olga', '--role', 'operator')
    await sample.site.must('manager', 'add', 'rudi', '--role', 'reader', '--tenant', 'bakery')
  })
  after(async () => {
    await browser[Symbol.asyncDispose]()
    await sample[Symbol.asyncDispose]()
  })

  test('who is not signed in is led to where he can be, and back to the page he wanted', async () => {
    await using visitor = await browser.visitor(sample.site)
    const page = await visitor.open('/queue?scope=tenant:clinic')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    assert.equal(new URL(page.url()).searchParams.get('to'), '/queue?scope=tenant:clinic')
    await visitor.signIn('olga')
    await visitor.open('/queue?scope=tenant:clinic')
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    // The session ends while the page is open: the next question leads there too.
    await page.context().clearCookies()
    await page.waitForURL('**/sign-in?to=*')
    assert.equal(new URL(page.url()).searchParams.get('to'), '/queue?scope=tenant:clinic')
    visitor.faults(/401/)
  })

  test('only what the rights allow stands in the navigation, and nothing more is shown by address', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('rudi')
    const page = await visitor.open('/')
    const nav = page.getByRole('navigation', { name: 'Pages' })
    await nav.getByRole('link', { name: 'Messages' }).waitFor()
    const reader = await nav.getByRole('link').allTextContents()
    await visitor.open('/no-such-page')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await using operator = await browser.visitor(sample.site)
    await operator.signIn('olga')
    await operator.open('/')
    const links = operator.page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    await links.first().waitFor()
    const all = await links.allTextContents()
    assert.ok(reader.every((each) => all.includes(each)))
    assert.ok(reader.length <= all.length)
    assert.deepEqual(visitor.faults(), [])
  })

  test('light and dark are chosen and stay chosen', async () => {
    await using visitor = await browser.visitor(sample.site, { scheme: 'light' })
    await visitor.signIn('olga')
    const page = await visitor.open('/messages')
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
    await page.getByRole('button', { name: 'Account of olga' }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    assert.equal(await scheme(), 'dark')
    await page.reload()
    await page.getByRole('heading', { name: 'Messages' }).waitFor()
    assert.equal(await scheme(), 'dark')
    assert.deepEqual(visitor.faults(), [])
  })

  test('what mail can be looked for by is chosen with its meaning, several at once, and typed where it is in no list', async () => {
    await using visitor = await browser.visitor(sample.site, { width: 390 })
    await visitor.signIn('olga')
    const page = await visitor.open('/messages?kind=deferred')
    const answer = Promise.withResolvers<void>()
    await page.route('**/api/v1/messages/words', async (route) => {
      await answer.promise
      await route.fulfill({ status: 503, body: '' })
    })
    const field = page.getByRole('combobox', { name: 'Reason' })
    const edit = async () => {
      await page.getByRole('button', { name: 'Filter' }).click()
      await page.getByRole('menuitem', { name: 'Reason' }).click()
    }
    await edit()
    await page.getByText('Looking', { exact: true }).waitFor()
    answer.resolve()
    await page.getByText('The words are not there; type one').waitFor()
    await page.unroute('**/api/v1/messages/words')
    await field.press('Escape')
    await edit()
    // A part is not a word of its own: Enter takes what it leads to.
    await field.fill('no such recipient')
    await page.locator('[data-combobox-selected]', { hasText: 'unknown-recipient' }).waitFor()
    await field.press('Enter')
    await field.fill('brand-new-word')
    await field.press('Enter')
    await field.fill('mailbox')
    await page.getByRole('button', { name: 'Use' }).click()
    await page.getByText('Several fit: choose one. A comma takes the word as it is.').waitFor()
    await page.getByRole('option', { name: /^sender-suspended/ }).waitFor()
    assert.equal(await visitor.sideways(), 0)
    assert.deepEqual(await visitor.inaccessible(), [])
    await field.fill('')
    await page.getByRole('button', { name: 'Use' }).click()
    await page.waitForURL('**/messages?kind=deferred&reason=unknown-recipient%2Cbrand-new-word')
    // What is set is changed where it stands, as a link has it.
    await page.getByRole('button', { name: 'Happened deferred', exact: true }).click()
    await page.getByRole('combobox', { name: 'Happened' }).fill('refus')
    await page.getByRole('option', { name: /^refused/ }).waitFor()
    await page.getByRole('button', { name: 'Use' }).click()
    await page.waitForURL('**/messages?kind=deferred%2Crefused&reason=*')
    // A link may have anything: then it is said what is wrong, and what would be right.
    await visitor.open('/messages?ip=nowhere')
    await page.getByText('The filter has a mistake. Ip is an address such as 192.0.2.7').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
    assert.deepEqual(visitor.faults(/status of 400/), [])
  })

  test('the scope is looked for when somebody pauses; without an answer the list stays, and it is said', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/queue')
    await page.getByRole('button', { name: /^Scope: / }).click()
    const field = page.getByRole('textbox', { name: 'Find a tenant, a domain, a group or a person' })
    const clinic = page.getByRole('button', { name: /^Riverside Clinic/ })
    await clinic.waitFor()
    const asked: string[] = []
    let answers: 'never' | 'not' | 'well' = 'never'
    await page.route(/\/api\/v1\/scopes\?.*q=/, async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get('q') ?? '')
      if (answers === 'well') return route.continue()
      if (answers === 'not') return route.fulfill({ status: 503, body: '' })
    })
    await field.focus()
    // Letter by letter, with no time between them for any timer, however busy the machine is.
    await page.evaluate(`(async () => {
      const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set
      for (const typed of ['r', 'ri', 'riv']) {
        set.call(document.activeElement, typed)
        document.activeElement.dispatchEvent(new Event('input', { bubbles: true }))
        for (let n = 0; n < 50; n++) await null
      }
    })()`)
    await page.getByText('This takes longer than usual. What is listed is from before.').waitFor()
    assert.deepEqual([...new Set(asked)], ['riv'], 'a letter is not asked for where more follow')
    await clinic.waitFor()
    answers = 'not'
    await field.fill('rivers')
    await page.getByText('This was not answered. What is listed is from before.').waitFor()
    await clinic.waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    // The button goes when it is pressed; keys still reach the field.
    answers = 'never'
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByRole('button', { name: 'Ask again' }).waitFor({ state: 'hidden' })
    await page.locator('input:focus').and(field).waitFor()
    // Enter is about what was typed, also before its answer is there.
    answers = 'well'
    await field.fill('bakery')
    await field.press('Enter')
    const button = page.getByRole('button', { name: /^Scope: .*bakery/i })
    await button.waitFor()
    // Arrows go through the list, and the way out leads to where it was opened.
    await button.press('Enter')
    await clinic.waitFor()
    await page.locator('input:focus').and(field).waitFor()
    await field.press('ArrowDown')
    await page.locator('button:focus', { hasText: 'All tenants' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('button:focus').and(button).waitFor()
    assert.deepEqual(visitor.faults(), [])
  })

  test('the search says what it has not looked through; Enter opens what was seen chosen, whatever is found later', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    const page = await visitor.open('/queue')
    await page.getByRole('heading', { name: 'Queue' }).waitFor()
    const [seen, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let answers: 'not' | 'late' | 'well' = 'not'
    await page.route(/\/api\/v1\/messages\?.*q=/, async (route) => {
      // Not asked again by itself, as what is away would be for seconds.
      if (answers === 'not') {
        await seen.promise
        return route.fulfill({ status: 400, body: '' })
      }
      if (answers === 'late') await late.promise
      return route.continue()
    })
    await page.keyboard.press('/')
    const field = page.getByRole('combobox', { name: 'Search' })
    await field.fill('riverside')
    // Whoever looks up late reads that it takes long.
    await page.getByText(/^(?:Looking|This takes longer than usual\.)$/).waitFor()
    seen.resolve()
    await page.getByText('Not looked through: mail. This was not answered.').waitFor()
    assert.deepEqual(await visitor.inaccessible(), [])
    answers = 'well'
    await page.getByRole('button', { name: 'Ask again' }).click()
    await page.getByText('Not looked through').waitFor({ state: 'hidden' })
    await page.locator('input:focus').and(field).waitFor()
    await field.fill('nobody-has-this')
    await page.getByText('No mail, person, tenant or domain has that.').waitFor()
    answers = 'late'
    await field.fill('bakery')
    const chosen = page.getByRole('option', { selected: true })
    const tenant = page.getByRole('option', { name: /^Harbour Bakery/ })
    await tenant.waitFor()
    for (let n = 0; n < 12 && (await tenant.getAttribute('aria-selected')) !== 'true'; n++)
      await field.press('ArrowDown')
    answers = 'well'
    late.resolve()
    await page.getByText(/^(?:Looking|This takes longer than usual\.)$/).waitFor({ state: 'hidden' })
    assert.match((await chosen.textContent()) ?? '', /^Harbour Bakery/)
    await field.press('Enter')
    await page.waitForURL('**/tenants/bakery')
    // Out of the scope of one customer another is found with what is his.
    await visitor.open('/tenants/clinic?scope=tenant:bakery')
    await page.getByRole('link', { name: /^clinic\.example of/ }).waitFor()
    await page.keyboard.press('/')
    await field.fill('clinic')
    await page.getByRole('option', { name: /^Riverside Clinic/ }).click()
    await page.waitForURL('**/tenants/clinic?scope=tenant:clinic')
    assert.deepEqual(visitor.faults(/status of 400/), [])
  })

  test('a console without time is asked again unseen; what stays unanswered is said, and comes by a press', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    let [refused, refusals] = [1, 0]
    await visitor.page.route('**/api/v1/queue*', (route) => {
      if (refused-- <= 0) return route.continue()
      refusals++
      return route.fulfill({ status: 503, body: '' })
    })
    const page = await visitor.open('/queue')
    const hops = page.getByRole('table', { name: 'Next hops' }).or(page.getByText('Nothing waits'))
    await hops.first().waitFor()
    assert.deepEqual(visitor.faults(), [])
    refused = Number.POSITIVE_INFINITY
    await page.reload()
    await page.getByRole('button', { name: 'Try again' }).waitFor()
    // The page asks again by itself: what is said about it stays meanwhile.
    await page.evaluate(`(() => {
      window.gone = 0
      new MutationObserver(() => { if (!document.querySelector('[data-fault="503"]')) window.gone++ })
        .observe(document.body, { childList: true, subtree: true })
    })()`)
    const until = refusals + 4
    await waitUntil('it has asked again', () => refusals >= until)
    assert.equal(await page.evaluate('window.gone'), 0)
    const shown = visitor.faults()
    assert.ok(
      shown.length > 0 && shown.every((each) => /shown to a person: 503/.test(each)),
      shown.join('\n'),
    )
    refused = 0
    await page.getByRole('button', { name: 'Try again' }).click()
    await hops.first().waitFor()
    assert.deepEqual(visitor.faults(), [])
  })

  test('who looks with the eyes of another is told so on every page, and comes back with one press', async () => {
    await using visitor = await browser.visitor(sample.site)
    await visitor.signIn('olga')
    // A page that asks for nothing again: what Home asks for a moment later would be forbidden.
    const page = await visitor.open('/account')
    const view = JSON.stringify({ tenant: 'bakery', role: 'reader', reason: 'a call about flour' })
    const began = await page.evaluate<number>(
      `fetch('/api/v1/account/view', { method: 'POST', body: ${JSON.stringify(view)}, headers: { 'content-type': 'application/json' } }).then((answer) => answer.status)`,
    )
    assert.equal(began, 200)
    await visitor.open('/messages')
    await page.getByText(/a call about flour/).waitFor()
    await page.locator('main').getByText('Offer for both of you', { exact: true }).waitFor()
    assert.doesNotMatch(await visitor.text('main'), /Lab results/)
    assert.deepEqual(await visitor.inaccessible(), [])
    await page.getByRole('button', { name: 'Look with my own eyes' }).click()
    await page.getByText(/a call about flour/).waitFor({ state: 'hidden' })
    await visitor.open('/messages')
    await page.locator('main').getByText('Lab results', { exact: true }).waitFor()
    assert.deepEqual(visitor.faults(), [])
  })
})
