import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const thousand = 1000

describe('subscribers of the status page', () => {
  let site: TestSite
  let sink: Sink

  before(async () => {
    sink = await Sink.start({ keep: true })
    site = await TestSite.start({
      ...{ domains: { 'people.test': sink.hop }, users: [], hasUrl: true },
      settings: { 'status.name': 'Harbour Post' },
    })
    for (const id of ['gateway', 'console']) await site.must('status', 'component', id, '--name', id)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  const page = (path: string) => `http://127.0.0.1:${site.consolePort}${path}`
  const press = (path: string, fields: Record<string, string>, more: Record<string, string> = {}) =>
    fetch(page(path), { method: 'POST', body: new URLSearchParams(fields), headers: more })
  const own = () => ({ origin: page('') })
  const mailTo = async (address: string, what: RegExp) => {
    const find = () => sink.messages.find((each) => each.rcptTo.includes(address) && what.test(each.content))
    await waitUntil(`a mail to ${address}`, () => find() !== undefined)
    return find()?.content ?? ''
  }

  test('an address is asked first, is told then, and leaves with the one click of its mail program', async () => {
    const form = await (await fetch(page('/status/subscribe'))).text()
    assert.match(form, /News of the status of Harbour Post.*value="gateway"/s)
    assert.equal((await press('/status/subscribe', { address: 'anna@people.test' })).status, 403)
    const asked = await press(
      '/status/subscribe',
      { address: 'anna@people.test', component: 'gateway' },
      own(),
    )
    assert.equal(asked.status, 200)
    const link = /\/status\/confirm\/[\w-]{43}/.exec(await mailTo('anna@people.test', /Confirm/))?.[0] ?? ''
    assert.match(await (await fetch(page(link))).text(), /anna@people\.test/)
    await site.must('status', 'open', 'Too early', '--text', 'Nobody is subscribed yet.')
    assert.equal((await press(link, {}, own())).status, 200)
    assert.equal((await press(link, {}, own())).status, 410)
    await site.must('status', 'open', 'Console away', '--component', 'console=major_outage', '--text', 'x')
    await site.must(
      'status',
      'open',
      'Mail waits',
      '--component',
      'gateway=partial_outage',
      '--text',
      'It waits.',
    )
    const notice = await mailTo('anna@people.test', /Mail waits/)
    assert.match(notice, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m)
    const leave = /^List-Unsubscribe: <(.+)>\r$/m.exec(notice)?.[1] ?? ''
    // As RFC 8058 has it: from anywhere, with neither cookie nor origin, in either form.
    const body = new FormData()
    body.set('List-Unsubscribe', 'One-Click')
    const left = await fetch(leave, { method: 'POST', body, redirect: 'error' })
    assert.equal(left.status, 200)
    const told = sink.messages.filter((each) => /^Subject: Harbour Post: /m.test(each.content))
    assert.deepEqual(
      told.map((each) => /^Subject: (.+)\r$/m.exec(each.content)?.[1]),
      ['Harbour Post: Mail waits (investigating)'],
    )
    assert.equal((await (await fetch(leave)).text()).includes('anna@'), false)
  })

  test('a thousand of them are told of an update, each once', async (t) => {
    subscribe(join(site.folder, 'data', 'mailkeep.db'))
    const from = sink.messages.length
    const since = performance.now()
    await site.must('status', 'open', 'All wait', '--text', 'Mail waits. Nobody has to do anything.')
    const told = () => sink.messages.slice(from).flatMap((each) => each.rcptTo)
    // A minute is asked for. It takes a few seconds; what runs beside it may have the rest, and more.
    await waitUntil('all are told', () => new Set(told()).size >= thousand, 180_000)
    t.diagnostic(`${thousand} subscribers told in ${Math.round(performance.now() - since)} ms`)
    assert.equal(told().length, thousand, 'none is told twice')
  })
})

/** As if each had confirmed: by the form only some may ask within an hour. */
function subscribe(path: string): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA busy_timeout = 30000; BEGIN IMMEDIATE')
  const insert = database.prepare(
    `INSERT INTO status_subscribers (id, kind, address, components, asked_at, confirmed_at, leave_secret)
     VALUES (?, 'mail', ?, '[]', 1, 1, ?)`,
  )
  for (let n = 0; n < thousand; n++) insert.run(`s${n}`, `s${n}@people.test`, `${n}`.padStart(43, 'x'))
  database.exec('COMMIT')
  database.close()
}
