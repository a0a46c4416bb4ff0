import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

interface Test {
  readonly id: string
  readonly state: string
  readonly outcome: string | null
  readonly sharedUntil: string | null
}

describe('Radar by the API and its pages', () => {
  test('tests keep to their tenant and their limits; results are shared by a link that ends; no means no', async () => {
    await using sink = await Sink.start({ keep: true })
    await using site = await TestSite.start({
      hasUrl: true,
      settings: { 'radar.perClient': 4, 'radar.linkFor': '1h' },
    })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    const cookies: Record<string, string> = {}
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'house')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', sink.hop)
      await site.must('user', 'add', `anna@${name}.test`)
      const made = ['manager', 'add', name, '--tenant', name, '--role', 'administrator']
      cookies[name] = await signInByLink(site.consolePort, (await site.json<{ link: string }>(...made)).link)
    }
    const ask = (who: string, path: string, question: { method?: string; body?: object } = {}) =>
      askSite(site.consolePort, path, { cookie: cookies[who] ?? '', ...question })
    const start = (who: string, target: string) =>
      ask(who, '/api/v1/radar/tests', { method: 'POST', body: { target } })

    const begun = await start('one', 'anna@one.test')
    assert.equal(begun.code, 200, begun.body)
    const { id } = begun.json<Test>()
    const look = async (who = 'one') => ask(who, `/api/v1/radar/tests/${id}`)
    await waitUntil('the mail is taken', async () => (await look()).json<Test>().outcome === 'passed')
    const shown = (await look()).json<Test & { checks: { check: string; state: string }[] }>()
    assert.equal(shown.checks.find((each) => each.check === 'delivery')?.state, 'passed')
    const mail = sink.messages.find((each) => each.rcptTo.includes('anna@one.test'))
    assert.match(mail?.mailFrom ?? '', /^radar-[0-9a-z]{24}@mx\.site\.example$/)

    // Nobody else's.
    assert.equal((await look('two')).code, 404)
    assert.equal((await start('two', 'one.test')).code, 404)
    assert.deepEqual((await ask('two', '/api/v1/radar/tests')).json<{ lines: unknown[] }>().lines, [])

    // Three of one address, four by one person.
    assert.deepEqual(
      [(await start('one', 'anna@one.test')).code, (await start('one', 'anna@one.test')).code],
      [200, 200],
    )
    assert.match((await start('one', 'anna@one.test')).body, /3 times in a day/)
    assert.deepEqual(
      [(await start('one', 'one.test')).code, (await start('one', 'else.test')).code],
      [200, 409],
    )

    // A link for whoever has it, until it ends.
    const share = () => ask('one', `/api/v1/radar/tests/${id}/share`, { method: 'POST', body: {} })
    const [first, second] = [
      (await share()).json<{ link: string }>(),
      (await share()).json<{ link: string }>(),
    ]
    const pathOf = (link: string) => new URL(link).pathname
    const page = await askSite(site.consolePort, pathOf(second.link))
    assert.equal(page.code, 200)
    assert.match(page.body, /Mail of <bdi>one\.test<\/bdi>/)
    assert.doesNotMatch(page.body, /<script|anna@/)
    assert.equal((await askSite(site.consolePort, pathOf(first.link))).code, 404)
    assert.notEqual((await look()).json<Test>().sharedUntil, null)
    assert.equal((await ask('one', `/api/v1/radar/tests/${id}/share`, { method: 'DELETE' })).code, 200)
    assert.equal((await askSite(site.consolePort, pathOf(second.link))).code, 404)

    // Whoever has got a test mail can stop them, and nobody else.
    const stop = /https?:\/\/[^\s>]+\/(radar-stop\/\S+?)(?=[\s>])/.exec(mail?.content ?? '')?.[1] ?? ''
    assert.equal((await askSite(site.consolePort, `/${stop.replace('anna', 'else')}`)).code, 404)
    assert.match((await askSite(site.consolePort, `/${stop}`)).body, /Stop test mails/)
    const body = new URLSearchParams({ address: 'anna@one.test' }).toString()
    const pressed = await askSite(site.consolePort, `/${stop.split('?')[0]}`, { body })
    assert.match(pressed.body, /It is noted/)
    const { stderr } = await site.command('radar', 'test', 'Anna@one.test')
    assert.match(stderr, /wants no test mails/)
  })
})
