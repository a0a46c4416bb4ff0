import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ClaimChecked, ClaimList, ClaimView, DomainList, Me } from '../../contract/src/index.ts'
import { askSite, type SiteQuestion, signInByLink } from '../harness/ask-site.ts'
import { type Outside, openOutside } from '../harness/outside.ts'
import { Sink } from '../harness/sink.ts'
import { TestSite } from '../harness/site.ts'
import { SmtpDialogue } from '../harness/smtp-dialogue.ts'
import { waitUntil } from '../harness/wait-until.ts'

const senders = ['victim.test', 'far.test']
const claims = '/api/v1/domain-claims'

/** A customer's people say that a domain is theirs. Nobody's mail may come of that before DNS shows it. */
describe('domains that are not proved yet', () => {
  let inside: Sink
  let world: Outside
  let site: TestSite
  const cookies: Record<string, string> = {}
  const ask = (who: string, path: string, question: SiteQuestion = {}) =>
    askSite(site.consolePort, path, { cookie: cookies[who] ?? '', ...question })
  const claimFor = async (who: string, name: string, tenant: string): Promise<ClaimView> => {
    const answer = await ask(who, claims, { body: { name, tenant, nextHop: 'smtp://mx.outside.example' } })
    assert.equal(answer.code, 200, answer.body)
    return answer.json<ClaimView>()
  }
  const check = async (who: string, { id }: ClaimView) =>
    (await ask(who, `${claims}/${id}/check`, { body: {} })).json<ClaimChecked>()
  /** What stands in DNS beside the servers of the world. */
  const publish = (...given: ClaimView[]) => {
    const servers = Object.fromEntries(
      senders.map((each) => [each, { MX: [{ preference: 10, exchange: 'mx.outside.example' }] }]),
    )
    const records: Record<string, { TXT: string[] }> = {}
    for (const { record } of given)
      records[record.name] = { TXT: [...(records[record.name]?.TXT ?? []), record.value] }
    world.dns.setZone({ ...servers, 'mx.outside.example': { A: ['127.0.0.1'] }, ...records })
  }
  /** The answer to a recipient; from a server of tenant one, or of nobody. */
  const offer = async (from: string, to: string, source?: string) => {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', source)
    await client.hello()
    await client.command(`MAIL FROM:<${from}>`)
    return await client.command(`RCPT TO:<${to}>`)
  }

  before(async () => {
    inside = await Sink.start({ keep: true })
    world = await openOutside(senders)
    site = await TestSite.start({ settings: { ...world.settings } })
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    await site.must('tenant', 'add', 'shop', '--level', 'reseller')
    for (const name of ['one', 'two']) {
      await site.must('tenant', 'add', name, '--parent', 'shop')
      await site.must('domain', 'add', `${name}.test`, '--tenant', name, '--next-hop', inside.hop)
      await site.must('user', 'add', `a@${name}.test`)
      await site.must('relay', 'add', name, '--network', `127.0.0.${name === 'one' ? 8 : 9}/32`)
    }
    for (const [name, tenant, ...more] of [
      ['ada', 'house'],
      ['rita', 'shop'],
      ['oda', 'one'],
      ['tom', 'two'],
      ['dora', 'shop', '--domain', 'one.test'],
    ] as const) {
      const made = ['manager', 'add', name, '--role', 'administrator', '--tenant', tenant, ...more]
      cookies[name] = await signInByLink(site.consolePort, (await site.json<{ link: string }>(...made)).link)
    }
    await waitUntil('the servers of both are known', async () => {
      const [one, two] = [
        await offer('a@one.test', 'x@far.test', '127.0.0.8'),
        await offer('a@two.test', 'x@far.test', '127.0.0.9'),
      ]
      return one.startsWith('250') && two.startsWith('250')
    })
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    await inside.down()
    await world.close()
  })

  test('a customer cannot add a domain; what he asks for gets no mail, sends none, and has neither people nor keys', async () => {
    const wanted = { name: 'victim.test', tenant: 'two', nextHop: 'smtp://mx.outside.example' }
    assert.equal((await ask('tom', '/api/v1/domains', { body: wanted })).code, 403)
    const claim = await claimFor('tom', 'Victim.test', 'two')
    assert.equal((await ask('tom', claims, { body: wanted })).code, 409, 'he asks for it already')
    assert.equal((await ask('tom', claims, { body: { ...wanted, name: 'two.test' } })).code, 409)
    assert.equal((await ask('tom', claims, { body: { ...wanted, name: 'gmail.com' } })).code, 400)
    assert.equal((await ask('tom', claims, { body: { ...wanted, nextHop: 'maildir:/tmp' } })).code, 400)
    assert.deepEqual((await ask('tom', '/api/v1/domains?text=victim')).json<DomainList>().lines, [])
    const nothing = [
      ['/api/v1/domains/victim.test', undefined],
      ['/api/v1/domains/victim.test/dkim-keys', { algorithm: 'ed25519' }],
      ['/api/v1/people', { people: [{ address: 'boss@victim.test' }] }],
      ['/api/v1/groups', { domain: 'victim.test', name: 'all' }],
      ['/api/v1/relays', { tenant: 'two', kind: 'network', value: '192.0.2.1', domains: ['victim.test'] }],
      ['/api/v1/overview?scope=domain:victim.test', undefined],
    ] as const
    for (const [path, body] of nothing) {
      const answer = await ask('tom', path, body ? { body } : {})
      assert.ok(answer.code >= 400 && answer.code < 500, `${path}: ${answer.code} ${answer.body}`)
    }
    assert.match(await offer('a@two.test', 'x@far.test', '127.0.0.9'), /^250/)
    assert.match(await offer('boss@victim.test', 'x@far.test', '127.0.0.9'), /^550 5\.7\.1/)
    assert.match(await offer('x@far.test', 'boss@victim.test'), /^550/)
    assert.equal((await check('tom', claim)).claim?.found, 'missing')
  })

  test('mail of another customer to it goes where its MX leads, and nowhere near who only asks for it', async () => {
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.8')
    await client.hello()
    const had = world.mail.messages.length
    const letter = 'From: a@one.test\r\nTo: boss@victim.test\r\nSubject: secret\r\n\r\nsecret\r\n'
    assert.match(await client.message('a@one.test', 'boss@victim.test', letter), /^250/)
    const message = await waitUntil('it arrives at the world', () => world.mail.messages[had])
    assert.deepEqual(message.rcptTo, ['boss@victim.test'])
    assert.equal(inside.messages.length, 0)
  })

  test('nobody sees, proves, vouches for or withdraws the claim of another', async () => {
    const [claim] = (await ask('tom', claims)).json<ClaimList>().lines
    assert.ok(claim)
    for (const who of ['oda', 'dora']) {
      assert.deepEqual((await ask(who, claims)).json<ClaimList>().lines, [], who)
      assert.equal((await ask(who, `${claims}/${claim.id}`)).code, 404, who)
      for (const verb of ['check', 'vouch'])
        assert.equal((await ask(who, `${claims}/${claim.id}/${verb}`, { body: {} })).code, 404, who)
      assert.equal((await ask(who, `${claims}/${claim.id}`, { method: 'DELETE' })).code, 404, who)
    }
    assert.equal(
      (await ask('tom', `${claims}/${claim.id}/vouch`, { body: {} })).code,
      403,
      'not on his own word',
    )
    const vouches = async (who: string) => (await ask(who, '/api/v1/me')).json<Me>().vouches
    assert.deepEqual(await Promise.all(['ada', 'rita', 'oda', 'tom', 'dora'].map(vouches)), [
      true,
      true,
      false,
      false,
      false,
    ])
  })

  test('who proves first has it; the other is told so only once his own record shows that he might, and takes nothing', async () => {
    const [early] = (await ask('tom', claims)).json<ClaimList>().lines
    assert.ok(early)
    const owner = await claimFor('oda', 'victim.test', 'one')
    publish(owner)
    assert.equal((await check('tom', early)).claim?.found, 'other', 'the record of another proves nothing')
    // The round over all claims may have been faster: then there is nothing to look for any more.
    await check('oda', owner)
    await waitUntil('it is hers', async () => (await ask('oda', '/api/v1/domains/victim.test')).code === 200)
    publish(owner, early)
    assert.equal((await check('tom', early)).claim?.found, 'taken')
    assert.equal((await ask('rita', `${claims}/${early.id}/vouch`, { body: {} })).code, 409)
    assert.equal((await ask('tom', '/api/v1/domains/victim.test')).code, 404)
    await site.must('domain', 'add', 'victim.test', '--next-hop', inside.hop, '--any-recipient')
    await site.knows('boss@victim.test')
    const had = inside.messages.length
    await using client = await SmtpDialogue.open(site.smtpPort, '127.0.0.1', '127.0.0.9')
    await client.hello()
    const letter = 'From: a@two.test\r\nTo: boss@victim.test\r\nSubject: now inside\r\n\r\nhello\r\n'
    assert.match(await client.message('a@two.test', 'boss@victim.test', letter), /^250/)
    await waitUntil('it goes inside', () => inside.messages[had])
    assert.match(await offer('boss@victim.test', 'x@far.test', '127.0.0.9'), /^550/, 'tom sends none of it')
    assert.match(await offer('boss@victim.test', 'x@far.test', '127.0.0.8'), /^250/)
    assert.equal((await ask('tom', `${claims}/${early.id}`, { method: 'DELETE' })).code, 200)
  })

  test('a reseller vouches, which is noted with his name; commands ask, look and take back', async () => {
    const { id } = await claimFor('oda', 'vouched.test', 'one')
    const vouched = await ask('rita', `${claims}/${id}/vouch`, { body: {} })
    assert.equal(vouched.code, 200, vouched.body)
    const log = await ask('oda', '/api/v1/audit-log?what=domain-added&about=vouched.test')
    assert.match(log.body, /"who":"manager:rita".*"proof":"vouched"/)
    const made = await site.json<{ record: ClaimView['record'] }>(
      ...['domain', 'claim', 'late.test', '--tenant', 'two', '--next-hop', 'smtp://mx.late.test'],
    )
    assert.match(
      await site.must('domain', 'claims', '--tenant', 'two'),
      /late\.test +two +(not looked yet|missing|unknown)/,
    )
    assert.equal((await site.command('domain', 'prove', 'late.test')).code, 1)
    publish({ record: made.record } as ClaimView)
    // The round over all claims may have been faster, and DNS late.
    const shown = await waitUntil('it is proved', async () => {
      await site.command('domain', 'prove', 'late.test')
      const { code, stdout } = await site.command('domain', 'show', 'late.test')
      return code === 0 && stdout
    })
    assert.match(shown, /tenant +two/)
    await site.must('domain', 'claim', 'gone.test', '--tenant', 'two', '--next-hop', 'smtp://mx.late.test')
    await site.must('domain', 'unclaim', 'gone.test')
    assert.match(await site.must('domain', 'claims'), /No domain waits/)
  })
})
