import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import type { Tenant } from '#services/directory/directory-store.ts'
import { composeAskedMail } from '../../wiring/asked-notice.ts'
import type { AskedManager } from './managers-for.ts'
import type { AskedGroup, AskedOfPeople } from './review-store.ts'
import { type AskedMail, tellManagers } from './tell-managers.ts'

const noon = Date.parse('2026-03-04T12:00:00Z')
const hour = 3_600_000
const day = 24 * hour

const tenant = (id: string, level: Tenant['level'], parent: string | null): Tenant => ({
  ...{ id, level, parent, name: id, settings: {}, locked: [] },
})
const tenants = [
  tenant('house', 'operator', null),
  tenant('shop', 'reseller', 'house'),
  tenant('bakery', 'customer', 'shop'),
  tenant('clinic', 'customer', 'shop'),
  tenant('alone', 'customer', null),
]

const manager = (id: string, at: string, more: Partial<AskedManager> = {}): AskedManager => ({
  ...{
    id,
    address: `${id}@mail.test`,
    role: 'quarantine' as const,
    tenant: at,
    domains: null,
    owners: [],
    mailedAt: null,
  },
  ...more,
})
const group = (of: string, more: Partial<AskedGroup> = {}): AskedGroup => ({
  ...{
    tenant: of,
    domain: `${of}.test`,
    requests: 1,
    reports: 0,
    oldestAt: noon - hour,
    newestAt: noon - hour,
  },
  ...more,
})

/** As if each domain had one person, who waits. */
const ofPeople = (groups: readonly AskedGroup[], asked: readonly AskedOfPeople[]) =>
  asked.flatMap(({ manager: id, tenants: reached, names }) =>
    groups
      .filter(({ tenant: of, domain }) => reached.includes(of) && names.includes(`user:anna@${domain}`))
      .map((each) => ({ ...each, manager: id })),
  )

async function tell(
  groups: readonly AskedGroup[],
  managers: readonly AskedManager[],
  { now = noon, pageUrl = 'https://mail.test', settings = {} as Record<string, Record<string, string>> } = {},
): Promise<AskedMail[]> {
  const sent: AskedMail[] = []
  await tellManagers({
    readReview: {
      askedGroups: async () => [...groups],
      askedOf: async (asked) => ofPeople(groups, asked),
      askedManagers: async () => [...managers],
    },
    tenants: async () => tenants,
    settingsOf: (address) => settings[address] ?? {},
    pageUrl: () => pageUrl,
    send: async (mail) => void sent.push(mail),
    now: () => now,
  })
  return sent
}

const named = (sent: readonly AskedMail[]) => sent.map((mail) => mail.manager.id).sort()

describe('managers are told that people wait', () => {
  test('those who stand nearest and may answer; further up only where nearer there is nobody', async () => {
    const managers = [
      manager('baker', 'bakery'),
      manager('reader', 'bakery', { role: 'reader' }),
      manager('other-domain', 'clinic', { domains: ['other.test'] }),
      manager('seller', 'shop', { role: 'technical' }),
      manager('boss', 'house', { role: 'operator' }),
    ]
    assert.deepEqual(named(await tell([group('bakery')], managers)), ['baker'])
    assert.deepEqual(named(await tell([group('clinic')], managers)), ['seller'])
    assert.deepEqual(named(await tell([group('alone')], managers)), ['boss'], 'below nobody, the house is')
    assert.deepEqual(await tell([group('alone')], managers.slice(0, 4)), [])
  })

  test('one mail to each for all that waits for him', async () => {
    const groups = [
      group('bakery', { requests: 2, oldestAt: noon - 3 * day }),
      group('clinic', { requests: 0, reports: 3 }),
    ]
    const [mail, ...more] = await tell(groups, [manager('seller', 'shop')])
    assert.deepEqual(more, [])
    assert.deepEqual([mail?.requests, mail?.reports, mail?.oldestAt], [2, 3, noon - 3 * day])
  })

  test('who looks after people by name hears of those, beside whoever has the tenant or the domain', async () => {
    const of = (id: string, domains: string[], more: Partial<AskedManager> = {}) =>
      manager(id, 'bakery', { domains, owners: ['bakery'], ...more })
    const managers = [
      manager('baker', 'bakery'),
      of('of-anna', ['user:anna@bakery.test']),
      of('of-ben', ['user:ben@bakery.test']),
      of('of-both', ['bakery.test', 'user:anna@bakery.test']),
      of('reads-anna', ['user:anna@bakery.test'], { role: 'reader' }),
      // Named to him, and of a tenant that is not below his.
      of('elsewhere', ['user:anna@bakery.test'], { tenant: 'clinic', owners: ['bakery'] }),
    ]
    const sent = await tell([group('bakery', { requests: 2 }), group('clinic')], managers)
    assert.deepEqual(named(sent), ['baker', 'of-anna', 'of-both'])
    assert.deepEqual(
      sent.map(({ requests }) => requests),
      [2, 2, 2],
      'nothing counts twice for who has both',
    )
    const settings = { '@bakery.test': { 'review.managers': 'off' } }
    assert.deepEqual(await tell([group('bakery')], managers, { settings }), [])
  })

  test('who looks after people is not asked about again and again while nobody new waits', async () => {
    const ofAnna = (mailedAt: number) =>
      manager('of-anna', 'bakery', { domains: ['user:anna@bakery.test'], owners: ['bakery'], mailedAt })
    const asked = async (mailedAt: number, now: number) => {
      let times = 0
      const groups = [group('bakery', { newestAt: noon - hour })]
      await tellManagers({
        readReview: {
          askedGroups: async () => groups,
          askedOf: async (asked) => {
            times++
            return ofPeople(groups, asked)
          },
          askedManagers: async () => [ofAnna(mailedAt)],
        },
        tenants: async () => tenants,
        settingsOf: () => ({}),
        pageUrl: () => 'https://mail.test',
        send: async () => undefined,
        now: () => now,
      })
      return times
    }
    assert.deepEqual(
      [await asked(noon, noon + hour), await asked(noon, noon + day), await asked(noon - 2 * hour, noon)],
      [0, 1, 1],
    )
  })

  test('thousands who look after people are asked about in one question, and those of whose tenants nobody waits in none', async () => {
    const ofAnna = (id: string, at: string) =>
      manager(id, at, { domains: [`user:anna@${at}.test`], owners: [at] })
    const managers = Array.from({ length: 2000 }, (_, n) =>
      ofAnna(`m${n}`, n % 2 === 0 ? 'bakery' : 'clinic'),
    )
    const [questions, sent]: [string[], AskedMail[]] = [[], []]
    let askedAbout = 0
    const counted = <Answer>(name: string, answer: Answer) => {
      questions.push(name)
      return Promise.resolve(answer)
    }
    await tellManagers({
      readReview: {
        askedGroups: () => counted('groups', [group('bakery')]),
        askedManagers: () => counted('managers', managers),
        askedOf: (asked) => {
          askedAbout = asked.length
          return counted('people', ofPeople([group('bakery')], asked))
        },
      },
      tenants: () => counted('tenants', tenants),
      settingsOf: () => ({}),
      pageUrl: () => 'https://mail.test',
      send: async (mail) => void sent.push(mail),
      now: () => noon,
    })
    assert.deepEqual(questions.sort(), ['groups', 'managers', 'people', 'tenants'])
    assert.deepEqual([askedAbout, sent.length], [1000, 1000])
  })

  test('who was told hears of what is new at the next time, and of what still waits a day later', async () => {
    const told = [manager('baker', 'bakery', { mailedAt: noon - hour / 2 })]
    const at = async (now: number, newestAt: number) =>
      (await tell([group('bakery', { newestAt })], told, { now })).length
    const old = noon - hour
    assert.equal(await at(noon, noon - 60_000), 0, 'the next time is at 14:00')
    assert.equal(await at(noon + 2 * hour, noon - 60_000), 1)
    assert.equal(await at(noon + 2 * hour, old), 0, 'nothing new')
    const late = noon - hour / 2 - 5000
    assert.equal(await at(noon, late), 0)
    assert.equal(await at(noon + 2 * hour, late), 1, 'it came before the mail, and was judged after it')
    assert.equal(await at(noon + day - hour, old), 0)
    assert.equal(await at(noon + day + 2 * hour, old), 1, 'they still wait')
    assert.equal(await at(noon + 10 * hour, noon - 60_000), 0, 'not at night')
  })

  test('a level that wants no such mails gets none, nor do those without a console to go to', async () => {
    const managers = [manager('seller', 'shop')]
    const settings = { '@bakery.test': { 'review.managers': 'off' } }
    const groups = [group('bakery', { requests: 5 }), group('clinic')]
    const [mail] = await tell(groups, managers, { settings })
    assert.equal(mail?.requests, 1)
    assert.deepEqual(await tell([group('bakery')], managers, { settings }), [])
    assert.deepEqual(await tell(groups, managers, { pageUrl: '' }), [])
  })

  test('the mail says how many, and leads to where they are; it names nobody', () => {
    const { config } = loadConfig(null, { MAILKEEP_SITE_HOST: 'mx.test' })
    const look = { pageUrl: 'https://mail.test/', fromName: '' }
    const textOf = (requests: number, reports: number) => {
      const mail = { manager: manager('baker', 'bakery'), requests, reports, oldestAt: noon }
      const { body } = composeAskedMail(mail, config, look, noon)
      return body.kind === 'inline' ? Buffer.from(body.bytes).toString() : ''
    }
    assert.match(textOf(1, 0), /^Subject: 1 request waits for an answer\r$/m)
    assert.match(textOf(1, 0), /^https:\/\/mail\.test\/requests\r$/m)
    assert.match(textOf(0, 2), /^Subject: 2 reports wait for an answer\r$/m)
    assert.match(textOf(0, 2), /^https:\/\/mail\.test\/reported\r$/m)
    assert.match(textOf(2, 1), /^Subject: 2 requests and 1 report wait for an answer\r$/m)
    assert.match(textOf(2, 1), /^https:\/\/mail\.test\/\r$/m)
  })
})
