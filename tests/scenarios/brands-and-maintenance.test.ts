import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import type { BrandView } from '../../contract/src/index.ts'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { sendLetter } from '../harness/letter.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

describe('brands and maintenance', () => {
  let site: TestSite
  let sink: Sink
  let cookie: string
  const ask = (path: string, question: SiteQuestion = {}) => askSite(site.consolePort, path, question)
  const page = (host: string, path = '/sign-in') => ask(path, { headers: { host, accept: 'text/html' } })

  before(async () => {
    sink = await Sink.start()
    site = await TestSite.start({
      domains: {},
      users: [],
      settings: { 'console.url': 'https://mail.house.test' },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'msp', '--parent', 'house', '--level', 'reseller')
    await site.must('domain', 'add', 'msp.test', '--tenant', 'msp', '--next-hop', sink.hop)
    await site.must('user', 'add', 'a@msp.test')
    await site.knows('a@msp.test')
    const made = await site.json<{ link: string }>('manager', 'add', 'boss', '--role', 'operator')
    cookie = await signInByLink(site.consolePort, made.link)
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await sink.down()
  })

  test('pages answer under a brand’s host name and look like it; other names stay shut', async () => {
    const scope = '?scope=tenant:msp'
    assert.equal((await page('mail.msp.test')).code, 421)
    const before = await ask(`/api/v1/brand${scope}`, { cookie })
    const change = (headers: Record<string, string>) =>
      ask(`/api/v1/brand${scope}`, {
        method: 'PUT',
        cookie,
        headers,
        body: {
          name: '<b>MSP</b>',
          host: 'mail.msp.test',
          fromName: null,
          accent: '#7a0000',
          loginText: 'Ask 4711',
        },
      })
    assert.equal((await change({})).code, 428)
    const changed = await change({ 'if-match': String(before.headers.etag) })
    assert.equal(changed.code, 200, changed.body)
    const pixel = smallPng()
    const logo = await ask(`/api/v1/brand/logo${scope}`, { method: 'PUT', cookie, body: { logo: pixel } })
    const { inForce } = logo.json<BrandView>()
    const found = await page('mail.msp.test')
    assert.equal(found.code, 200)
    assert.match(found.body, /&lt;b&gt;MSP&lt;\/b&gt;/)
    assert.match(found.body, /Ask 4711/)
    assert.ok(inForce.logo && inForce.style && found.body.includes(inForce.logo))
    const picture = await ask(inForce.logo)
    assert.deepEqual([picture.code, picture.headers['content-type']], [200, 'image/png'])
    assert.match((await ask(inForce.style)).body, /--accent:#7a0000/)
    assert.equal((await page('else.msp.test')).code, 421)
    assert.doesNotMatch((await page('localhost')).body, /MSP|4711/)
    const { url } = await site.json<{ url: string }>('review', 'link', 'a@msp.test')
    assert.match(url, /^https:\/\/mail\.msp\.test\/review\/link\//, 'a link for people of the brand')

    const made = await site.json<{ link: string }>(
      ...['manager', 'add', 'ray', '--role', 'administrator', '--tenant', 'msp'],
    )
    const ray = await signInByLink(site.consolePort, made.link)
    const order = (path: string, body: object) => ask(path, { method: 'POST', cookie: ray, body })
    const begun = await order('/api/v1/radar/tests', { target: 'msp.test' })
    assert.equal(begun.code, 200, begun.body)
    const sharing = await order(`/api/v1/radar/tests/${begun.json<{ id: string }>().id}/share`, {})
    const shared = new URL(sharing.json<{ link: string }>().link)
    assert.equal(shared.host, 'mail.msp.test', 'results are shared under the brand')
    const results = await page(shared.host, shared.pathname)
    assert.equal(results.code, 200)
    assert.match(results.body, /Mail of <bdi>msp\.test<\/bdi>/)
    assert.match(results.body, /&lt;b&gt;MSP&lt;\/b&gt;/)
    for (const each of [inForce.logo, inForce.style]) assert.ok(results.body.includes(each), each)
  })

  test('during maintenance every address says so and leads back; mail, health and metrics go on', async () => {
    await site.must('maintenance', 'on', '--until', '+30m', '--text', 'The <disk> is changed.')
    await waitUntil('the console is closed', async () => (await ask('/api/v1/me', { cookie })).code === 503)
    for (const path of ['/', '/messages/x?y=1', '/sign-in', '/account', '/review/anything']) {
      const found = await page('localhost', path)
      assert.equal(found.code, 503, path)
      assert.ok(Number(found.headers['retry-after']) > 1000, path)
      assert.match(found.body, /The &lt;disk&gt; is changed\. Mail flows/)
      assert.match(found.body, /http-equiv="refresh"/)
    }
    const api = await ask('/api/v1/messages', { cookie })
    assert.deepEqual(
      [api.code, api.json<{ type: string }>().type, Number(api.headers['retry-after']) > 1000],
      [503, 'urn:mailkeep:maintenance', true],
    )
    for (const path of ['/health/live', '/health/ready', '/metrics'])
      assert.equal((await ask(path, { headers: {} })).code, 200, path)
    await sendLetter(site, { to: 'a@msp.test', name: 'during-maintenance' })
    await waitUntil('mail flows', () => sink.copies().size === 1)
    const metrics = (await ask('/metrics')).body
    assert.doesNotMatch(metrics, /alarms_open\{name="console-faults"\} 1/)
    const off = await ask('/api/v1/maintenance', { method: 'DELETE', cookie })
    assert.equal(off.code, 200, off.body)
    assert.equal((await ask('/api/v1/me', { cookie })).code, 200, 'nobody was signed out')
    assert.match(await site.must('audit-log'), /maintenance-ended/)
  })

  test('maintenance that lasts longer than planned is an alarm; nobody below the operator may switch it', async () => {
    await site.must('manager', 'add', 'mia', '--role', 'administrator', '--tenant', 'msp')
    const { link } = await site.json<{ link: string }>('manager', 'link', 'mia')
    const mia = await signInByLink(site.consolePort, link)
    const until = new Date(Date.now() + 60_000).toISOString()
    const switched = await ask('/api/v1/maintenance', { method: 'PUT', cookie: mia, body: { until } })
    assert.equal(switched.code, 403)
    await site.must('maintenance', 'on', '--until', '+2s')
    await waitUntil('the alarm', async () =>
      (await ask('/metrics')).body.includes('alarms_open{name="maintenance-overrun"} 1'),
    )
    await site.must('maintenance', 'off')
    await waitUntil('the alarm is over', async () =>
      (await ask('/metrics')).body.includes('alarms_open{name="maintenance-overrun"} 0'),
    )
  })
})

/** A picture of one pixel. */
function smallPng(): string {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
  }
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from([0, 255]))),
    chunk('IEND', Buffer.alloc(0)),
  ]).toString('base64')
}
