import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { TestBrowser, withBrowser } from '../harness/browser.ts'
import { sendLetter, unwantedBody } from '../harness/letter.ts'
import { Sink, type SinkMessage } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const anna = 'anna@one.test'
const isOffer = ({ content }: SinkMessage) => /^Subject: Offer for the roof\r$/m.test(content)
/** Where pictures go when somebody wants to look: MAILKEEP_SCREENS names a folder. */
const screens = process.env.MAILKEEP_SCREENS

describe('somebody without a password', withBrowser, () => {
  let sink: Sink
  let site: TestSite
  let browser: TestBrowser

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({ domains: {}, users: [], hasUrl: true })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'one', '--parent', 'house')
    await site.must('domain', 'add', 'one.test', '--tenant', 'one', '--next-hop', sink.hop)
    await site.must('user', 'add', anna)
    await site.knows(anna)
    await site.must('manager', 'add', 'boss', '--role', 'operator')
    const names = [
      'Offer for the roof',
      'Your parcel is waiting',
      '<b>Photos</b> from Saturday',
      'Invoice 4711',
    ]
    for (const name of names)
      await sendLetter(site, {
        to: anna,
        name,
        from: 'Peter.Roofer@sender.example',
        body: `Dear Anna,\r\n\r\nas we said. ${unwantedBody}`,
      })
    browser = await TestBrowser.start()
  })
  after(async () => {
    await browser?.[Symbol.asyncDispose]()
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  async function mailedLink(): Promise<string> {
    const mails = () => sink.messages.filter((each) => each.rcptTo.includes(anna) && each.mailFrom === '')
    const before = mails().length
    await site.must('review', 'send', anna)
    const mail = await waitUntil('the review mail comes', () => mails()[before])
    return /\/review\/link\/[\w-]{43}/.exec(mail.content)?.[0] ?? ''
  }

  test('frees a held message in two clicks from the mail, after a link scanner has been there', async () => {
    const link = await mailedLink()
    {
      await using scanner = await browser.visitor(site)
      for (let visit = 0; visit < 5; visit++) await scanner.open(link)
      assert.deepEqual(scanner.faults(), [])
    }
    await using person = await browser.visitor(site, { width: 390, height: 844 })
    const page = await person.open(link)
    await page.getByRole('button', { name: 'Show my messages' }).click()
    const card = page.locator('.card', { hasText: 'Offer for the roof' })
    await card.getByRole('button', { name: 'Deliver' }).click()
    await page.getByText('is on its way to you').waitFor()
    await waitUntil('the message arrives', () => sink.messages.some(isOffer))
    assert.equal(await page.locator('.card').count(), 3)
    assert.equal(await page.evaluate('document.scripts.length'), 0, 'there is no script to wait for')
    await page.getByRole('button', { name: /^Always allow/ }).click()
    await page.getByText('is allowed').waitFor()
    assert.deepEqual(person.faults(), [])
  })

  test('every page of it is readable by all, wide and narrow, light and dark', async () => {
    for (const width of [390, 1440])
      for (const scheme of ['light', 'dark'] as const) {
        const link = await mailedLink()
        await using person = await browser.visitor(site, { width, height: 844, scheme })
        const looked = async (name: string) => {
          assert.deepEqual(await person.inaccessible(), [], `${name} at ${width}, ${scheme}`)
          assert.equal(await person.sideways(), 0, `${name} at ${width}`)
          if (screens)
            await person.page.screenshot({
              path: `${screens}/review-${name}-${width}-${scheme}.png`,
              fullPage: true,
            })
        }
        const page = await person.open(link)
        await looked('link')
        await page.getByRole('button', { name: 'Show my messages' }).click()
        await looked('list-new')
        await page.goto(`${person.address}/review/messages?older=1`)
        await page.getByText('More', { exact: true }).first().click()
        await looked('list')
        await page.getByRole('button', { name: 'Show text' }).first().click()
        await page.getByText('Dear Anna').waitFor()
        await looked('message')
        await page.getByText('More', { exact: true }).click()
        await page.getByRole('button', { name: 'Delete for good' }).click()
        await looked('delete')
        await page.getByRole('button', { name: 'Keep it' }).click()
        await page.waitForURL('**/review/messages?older=1')
        await page.getByRole('button', { name: 'Leave' }).click()
        await looked('ask')
        await page.getByLabel('Your mail address').fill('nobody@one.test')
        await page.getByRole('button', { name: 'Send me a link' }).click()
        await looked('asked')
        await person.open('/review/link/0000000000000000000000000000000000000000000')
        await looked('over')
        assert.deepEqual(person.faults(/410/), [])
      }
  })

  test('works by keyboard alone', async () => {
    await using person = await browser.visitor(site)
    const page = await person.open(await mailedLink())
    const press = async (name: string) => {
      for (let tab = 0; tab < 30; tab++) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate<string>('document.activeElement?.textContent ?? ""')
        if (focused.trim() === name) return page.keyboard.press('Enter')
      }
      throw new Error(`no way to ${name} by keyboard`)
    }
    await press('Show my messages')
    await page.waitForURL('**/review/messages')
    await page.goto(`${person.address}/review/messages?older=1`)
    await press('Deliver')
    await page.getByText('is on its way to you').waitFor()
    assert.deepEqual(person.faults(), [])
  })

  test('asks for what policy keeps back, and a manager answers in the console', async () => {
    await site.must('policy', 'set', 'one', 'release.spam=request')
    const name = 'Contract for signature'
    await sendLetter(site, { to: anna, name, body: unwantedBody })
    await using person = await browser.visitor(site, { width: 390, height: 844 })
    const page = await person.open(await mailedLink())
    await page.getByRole('button', { name: 'Show my messages' }).click()
    await page.waitForURL('**/review/messages')
    const card = page.locator('.card', { hasText: name })
    await waitUntil('the setting is in force', async () => {
      await page.goto(`${person.address}/review/messages`)
      return (await card.getByRole('button', { name: 'Ask for it' }).count()) === 1
    })
    await card.getByRole('button', { name: 'Ask for it' }).click()
    await page
      .getByText(/A manager decides, and you hear/)
      .first()
      .waitFor()
    // Another of his was set aside by mistake.
    await page.goto(`${person.address}/review/messages?older=1`)
    const mistake = page.locator('.card').last()
    const title = (await mistake.locator('h2').textContent()) ?? ''
    await mistake.getByText('More', { exact: true }).click()
    await mistake.getByRole('button', { name: 'Report a mistake' }).click()
    await page.getByText('is looked into').waitFor()
    assert.match(page.url(), /&older=1$/, 'he stays on the list that he was on')
    await page.locator('.card', { hasText: title }).waitFor()

    await using manager = await browser.visitor(site)
    await manager.signIn('boss')
    const console_ = await manager.open('/requests')
    const row = console_.getByRole('row', { name: /Contract for signature/ })
    await row.waitFor()
    await row.getByRole('checkbox').check()
    await console_.getByRole('button', { name: 'Release…' }).click()
    await console_.getByLabel('A sentence to who asked').fill('Checked with Peter, it is fine.')
    if (screens) await console_.screenshot({ path: `${screens}/requests-dialog.png` })
    assert.deepEqual(await manager.inaccessible(), [])
    await console_.getByRole('dialog').getByRole('button', { name: 'Release', exact: true }).click()
    await console_.getByText('Nobody is waiting for an answer').waitFor()
    await manager.open('/reported')
    await console_.getByRole('link', { name: title }).click()
    await console_.getByRole('button', { name: 'Right…', exact: true }).click()
    await console_.getByLabel('A sentence to who reported').fill('Sorry for that.')
    assert.deepEqual(await manager.inaccessible(), [])
    await console_.getByRole('dialog').getByRole('button', { name: 'Right', exact: true }).click()
    await console_.getByText('right, released').waitFor()
    await waitUntil('the messages and the answers arrive', () =>
      [
        ...['Subject: Contract for signature', 'Checked with Peter, it is fine'],
        ...[`Subject: ${title}`, 'Sorry for that.'],
      ].every((words) => sink.messages.some(({ content }) => content.includes(words))),
    )

    const waiting = sink.messages.filter(({ mailFrom }) => mailFrom === '').length
    await manager.open('/people/review')
    await console_.getByRole('row', { name: /anna@one\.test/ }).waitFor()
    await console_.keyboard.press('j')
    await console_.keyboard.press('s')
    await console_.getByRole('dialog').getByText('The link works three times').waitFor()
    if (screens) await console_.screenshot({ path: `${screens}/review-send-dialog.png` })
    assert.deepEqual(await manager.inaccessible(), [])
    await console_.getByRole('button', { name: `Send to ${anna}` }).click()
    await console_.getByText(`The review mail to ${anna} is on its way.`).waitFor()
    const mail = await waitUntil(
      'it comes',
      () => sink.messages.filter(({ mailFrom }) => mailFrom === '')[waiting],
    )
    assert.match(mail.content, /\/review\/link\//)
    await waitUntil('the console says so', async () => {
      await manager.open('/people/review?waits=something')
      return (await console_.getByRole('row', { name: /delivered.*nothing has come since/ }).count()) === 1
    })
    assert.deepEqual([...person.faults(), ...manager.faults()], [])
  })

  test('who may only look sees who gets mails, and sends none', async () => {
    await site.must('manager', 'add', 'guest', '--role', 'reader')
    await using visitor = await browser.visitor(site, { width: 390, height: 844 })
    await visitor.signIn('guest')
    const page = await visitor.open('/people/review?text=ANNA')
    await page.getByRole('row', { name: /anna@one\.test/ }).waitFor()
    assert.equal(await page.getByRole('checkbox').count(), 0)
    assert.equal(await visitor.sideways(), 0)
    await page.getByLabel('Search people').fill('zoe')
    await page.getByText('Nobody fits').waitFor()
    assert.match(page.url(), /text=zoe/)
    assert.deepEqual(visitor.faults(), [])
  })
})
