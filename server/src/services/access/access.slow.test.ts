import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { hashPassword, isPassword } from '#ground/platform/password-hash.ts'
import { engines, type OpenEngine } from '../../test-engines.ts'
import type { AccessOrder } from './access-order.ts'
import { AccessRefusal } from './access-refusal.ts'
import type { AccessStore, Manager } from './access-store.ts'
import { mayReach, narrowTo, principalOfKey, principalOfManager, reachOfMail } from './principal.ts'
import { confirmSecondFactor, giveSecondFactor, proposeSecondFactor } from './second-factor.ts'
import { findSession, idleMs, totalMs } from './session.ts'
import { signIn } from './sign-in.ts'
import { lookAtLink, makeSignInLink, signInByLink } from './sign-in-link.ts'
import { findKey, makeKey } from './write-key.ts'
import { disableManager, dropSecondFactor, putManager, setPassword } from './write-manager.ts'

const password = 'a long pass phrase'
const from = { ip: '192.0.2.1', agent: 'browser' }
let now = 1_800_000_000_000

describe('who may come in', () => {
  let open: OpenEngine
  let access: AccessStore
  const order = (): AccessOrder => ({
    access,
    directory: open.stores.directory,
    at: now,
    who: 'test',
    ip: '',
  })
  const reread = async (id: string) => (await access.manager(id)) as Manager

  before(async () => {
    open = await engines[0]!.open()
    access = open.stores.access
    const plain = { name: '', settings: {}, locked: [] }
    const { directory } = open.stores
    await directory.putTenant({ id: 'house', parent: null, level: 'operator', ...plain })
    await directory.putTenant({ id: 'msp', parent: 'house', level: 'reseller', ...plain })
    await directory.putTenant({ id: 'shop', parent: 'msp', level: 'customer', ...plain })
    await directory.putTenant({ id: 'other', parent: 'house', level: 'reseller', ...plain })
    const domain = { nextHop: 'mx', settings: {} }
    await directory.putDomain({ name: 'shop.test', tenant: 'shop', ...domain }, now)
  })
  after(() => open.close())
  beforeEach(() => {
    now += 3_600_000
  })

  async function anna(more: Partial<Parameters<typeof putManager>[1]> = {}): Promise<Manager> {
    const manager = await putManager(order(), { id: 'Anna', role: 'administrator', tenant: 'msp', ...more })
    await setPassword(order(), manager, password, null)
    return reread('anna')
  }

  test('a password is known by its hash, whatever way it was typed, and by nothing else', async () => {
    const hash = await hashPassword('caf\u00e9 au lait')
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    assert.equal(await isPassword('cafe\u0301 au lait', hash), true)
    assert.equal(await isPassword('cafe au lait', hash), false)
    for (const bad of ['', '$argon2id$', hash.replace('id', 'i')])
      assert.equal(await isPassword('x', bad), false)
    assert.equal(await isPassword('x'.repeat(1_000_000), hash), false)
  })

  test('the right password opens a session that ends by itself', async () => {
    await anna()
    const { secret } = await signIn(access, { name: 'ANNA', password, ...from }, now)
    assert.equal((await findSession(access, secret, now + idleMs))?.manager.id, 'anna')
    assert.equal(await findSession(access, secret, now + idleMs + idleMs + 1), null)
    const { secret: other } = await signIn(access, { name: 'anna', password, ...from }, now)
    for (let at = now; at < now + totalMs; at += idleMs / 2)
      assert.ok(await findSession(access, other, at), 'who works stays signed in')
    assert.equal(await findSession(access, other, now + totalMs + 1), null)
    assert.equal(await findSession(access, 'no secret', now), null)
  })

  test('wrong names and wrong passwords hear the same, and no stranger is named in the audit log', async () => {
    await anna()
    const hear = (name: string, given: string) =>
      signIn(access, { name, password: given, ...from }, now).then(
        () => 'let in',
        (cause) => `${(cause as AccessRefusal).code}: ${(cause as AccessRefusal).message}`,
      )
    const [one, two] = [await hear('anna', 'wrong'), await hear('my own password', 'x')]
    assert.equal(one, two)
    assert.match(one, /^wrong-sign-in/)
    await putManager(order(), { id: 'linked', role: 'reader', tenant: 'msp' })
    assert.equal(await hear('linked', ''), one, 'who has no password signs in by link alone')
    const log = JSON.stringify(await access.audit(null, null, 10))
    assert.ok(!log.includes('my own password'))
    assert.match(log, /sign-in-refused/)
  })

  test('guessing gets slower and slower, the right password waits too, and time lets in again', async () => {
    await anna()
    const tries = { name: 'anna', ...from, ip: '192.0.2.50' }
    const waits: number[] = []
    for (let i = 0; i < 10; i++) {
      const cause = await signIn(access, { ...tries, password: 'wrong' }, now).catch((each) => each)
      assert.ok(cause instanceof AccessRefusal)
      if (cause.code === 'too-many-tries') {
        waits.push(cause.waitMs)
        now += cause.waitMs
      }
    }
    assert.ok(waits.length >= 2)
    assert.ok(waits.every((each, index) => index === 0 || each > (waits[index - 1] ?? 0)))
    const held = await signIn(access, { ...tries, password: 'wrong' }, now).catch((each) => each.code)
    if (held === 'wrong-sign-in')
      assert.equal(
        await signIn(access, { ...tries, password }, now).catch((each) => each.code),
        'too-many-tries',
      )
    now += 900_000
    assert.ok(await signIn(access, { ...tries, password }, now))
    assert.ok(await signIn(access, { ...tries, password }, now), 'a right password makes good')
  })

  test('an address that guesses many names is slowed down, others are not', async () => {
    await anna()
    let code = ''
    for (let i = 0; i < 30; i++)
      code = await signIn(access, { name: `name${i}`, password: 'x', ...from, ip: '192.0.2.66' }, now).catch(
        (each) => each.code,
      )
    assert.equal(code, 'too-many-tries')
    assert.ok(await signIn(access, { name: 'anna', password, ...from, ip: '192.0.2.67' }, now))
  })

  test('guesses that come all at once are counted as those that come one by one', async () => {
    await anna()
    const codes = await Promise.all(
      Array.from({ length: 60 }, (_each, i) =>
        signIn(access, { name: 'anna', password: `wrong ${i}`, ...from, ip: `198.51.100.${i}` }, now).catch(
          (each) => each.code,
        ),
      ),
    )
    const looked = codes.filter((each) => each === 'wrong-sign-in').length
    assert.ok(looked >= 5 && looked <= 7, `${looked} passwords of 60 were looked at`)
    const opened = await signIn(access, { name: 'boss', password: 'x', ...from }, now).catch(
      (each) => each.code,
    )
    assert.equal(opened, 'wrong-sign-in', 'nobody else waits')
  })

  test('codes of the second factor that come all at once are counted too', async () => {
    const manager = await anna()
    await access.changeManager('anna', { totpSecret: new Secret({ size: 20 }).base32 })
    const { session } = await signIn(access, { name: 'anna', password, ...from }, now)
    const given = { session, manager: await reread(manager.id) }
    const codes = await Promise.all(
      Array.from({ length: 60 }, (_each, i) =>
        giveSecondFactor(access, given, String(100_000 + i), now).catch((each) => each.code),
      ),
    )
    assert.ok(codes.filter((each) => each === 'wrong-code').length <= 7)
    await access.changeManager('anna', { totpSecret: null })
  })

  test('all addresses of one /64 are one guesser', async () => {
    let code = ''
    for (let i = 0; i < 30; i++)
      code = await signIn(
        access,
        { name: `six${i}`, password: 'x', ...from, ip: `2001:db8:1:2::${i.toString(16)}` },
        now,
      ).catch((each) => each.code)
    assert.equal(code, 'too-many-tries')
    const other = { name: 'six', password: 'x', ...from, ip: '2001:db8:1:3::1' }
    assert.equal(await signIn(access, other, now).catch((each) => each.code), 'wrong-sign-in')
  })

  test('who is disabled while he sets a password or works stays disabled, and what has ended stays ended', async () => {
    const manager = await anna()
    const { secret, session } = await signIn(access, { name: 'anna', password, ...from }, now)
    const setting = setPassword(order(), manager, 'another long phrase', null)
    await disableManager(order(), manager, true)
    await setting
    assert.notEqual((await reread('anna')).disabledAt, null)
    await disableManager(order(), manager, false)
    await access.putSession(session)
    // Ends just after it was read, before that it was seen is noted.
    const slow = Object.create(access, {
      signedIn: {
        value: async (hash: string) => {
          const found = await access.signedIn(hash)
          await access.endSession(session.hash)
          return found
        },
      },
    }) as AccessStore
    await findSession(slow, secret, now + 120_000)
    assert.equal(await access.session(session.hash), null)
  })

  test('a second factor is confirmed, asked for, works once a code, and recovery codes stand in', async () => {
    const manager = await anna()
    const first = await signIn(access, { name: 'anna', password, ...from }, now)
    const { secret, uri } = proposeSecondFactor(manager, 'Mailkeep')
    assert.match(uri, /^otpauth:\/\/totp\/Mailkeep:anna\?/)
    const code = (at: number) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })
    const proof = { manager, session: first.session, secret }
    await assert.rejects(confirmSecondFactor(access, { ...proof, code: '000000' }, now), {
      code: 'wrong-code',
    })
    const codes = await confirmSecondFactor(access, { ...proof, code: code(now) }, now)
    assert.equal(new Set(codes).size, 10)

    const half = await signIn(access, { name: 'anna', password, ...from }, now)
    assert.equal(half.session.isComplete, false)
    const given = { session: half.session, manager: await reread('anna') }
    const seen = giveSecondFactor(access, given, code(now), now)
    await assert.rejects(seen, { code: 'wrong-code' }, 'the code of the set-up is used up')
    const next = code(now + 30_000)
    const whole = await giveSecondFactor(access, given, next, now)
    assert.equal((await findSession(access, whole.secret, now))?.session.isComplete, true)
    assert.equal(await findSession(access, half.secret, now), null, 'the incomplete one is gone')

    const again = await signIn(access, { name: 'anna', password, ...from }, now)
    const retry = { session: again.session, manager: await reread('anna') }
    await assert.rejects(giveSecondFactor(access, retry, next, now), { code: 'wrong-code' })
    const typed = `${codes[0]?.slice(0, 6).toUpperCase()}-${codes[0]?.slice(6)}`
    assert.ok(await giveSecondFactor(access, retry, typed, now))
    await assert.rejects(giveSecondFactor(access, retry, codes[0] ?? '', now), { code: 'wrong-code' })
    await dropSecondFactor({ ...order(), accounts: open.stores.accounts }, await reread('anna'))
    assert.equal((await signIn(access, { name: 'anna', password, ...from }, now)).session.isComplete, true)
  })

  test('a link signs in once; looking at it, as scanners do, uses nothing up', async () => {
    const manager = await anna()
    const secret = await makeSignInLink(order(), manager, 900_000)
    for (let i = 0; i < 5; i++) assert.equal((await lookAtLink(access, secret, now))?.id, 'anna')
    assert.equal((await signInByLink(access, { secret, ...from }, now)).session.manager, 'anna')
    assert.equal(await lookAtLink(access, secret, now), null)
    await assert.rejects(signInByLink(access, { secret, ...from }, now), { code: 'link-over' })
    const late = await makeSignInLink(order(), manager, 1000)
    await assert.rejects(signInByLink(access, { secret: late, ...from }, now + 1001), { code: 'link-over' })
  })

  test('who is disabled is out at once, everywhere', async () => {
    const manager = await anna()
    const { secret } = await signIn(access, { name: 'anna', password, ...from }, now)
    const link = await makeSignInLink(order(), manager, 900_000)
    await disableManager(order(), await reread('anna'), true)
    assert.equal(await findSession(access, secret, now), null)
    assert.equal(await lookAtLink(access, link, now), null)
    await assert.rejects(signIn(access, { name: 'anna', password, ...from }, now), { code: 'wrong-sign-in' })
    await disableManager(order(), await reread('anna'), false)
    assert.ok(await signIn(access, { name: 'anna', password, ...from }, now))
  })

  test('a new password ends other sessions', async () => {
    const manager = await anna()
    const [one, two] = [
      await signIn(access, { name: 'anna', password, ...from }, now),
      await signIn(access, { name: 'anna', password, ...from }, now),
    ]
    await setPassword(order(), manager, 'another long phrase', one.session.hash)
    assert.ok(await findSession(access, one.secret, now))
    assert.equal(await findSession(access, two.secret, now), null)
  })

  test('weak passwords, wrong roles and places are refused in words', async () => {
    const manager = await anna()
    await assert.rejects(setPassword(order(), manager, 'short', null), /at least 12/)
    await assert.rejects(setPassword(order(), manager, 'anna has one', null), /name/)
    await assert.rejects(putManager(order(), { id: 'x', role: 'king', tenant: 'msp' }), /operator, administ/)
    await assert.rejects(
      putManager(order(), { id: 'x', role: 'operator', tenant: 'msp' }),
      /operator's tenant/,
    )
    await assert.rejects(putManager(order(), { id: 'x', role: 'reader', tenant: 'gone' }), /no tenant gone/)
    await assert.rejects(
      putManager(order(), { id: 'x', role: 'reader', tenant: 'msp', domains: ['no.test'] }),
      /no domain no\.test/,
    )
  })

  test('a key is shown once, found by its secret alone, and ends', async () => {
    const given = { id: 'k1', name: 'script', tenant: 'shop', scopes: ['logs', 'messages'] }
    const shown = await makeKey(order(), { ...given, expiresAt: now + 1000 })
    assert.equal((await findKey(access, shown, now))?.id, 'k1')
    assert.equal((await access.key('k1'))?.usedAt, now)
    assert.equal(await findKey(access, `${shown.slice(0, -1)}!`, now), null)
    assert.equal(
      await findKey(
        access,
        shown.replace(/.$/, (each) => (each === 'A' ? 'B' : 'A')),
        now,
      ),
      null,
    )
    assert.equal(await findKey(access, shown, now + 1001), null)
    await assert.rejects(makeKey(order(), { ...given, scopes: ['all'], expiresAt: null }), /logs, messages/)
  })

  test('reach is the own tenant and what is below it; the house is the operator alone', async () => {
    const tenants = await open.stores.directory.tenants()
    const manager = await anna({ role: 'administrator', tenant: 'msp' })
    const msp = principalOfManager(manager, tenants, '')
    assert.deepEqual([...(msp.tenants ?? [])].sort(), ['msp', 'shop'])
    assert.deepEqual(
      [mayReach(msp, 'shop', 'shop.test'), mayReach(msp, 'other', null), mayReach(msp, 'house', null)],
      [true, false, false],
    )
    const ofShop = { domains: ['shop.test'], ownersOfDomains: ['shop'] }
    const narrow = principalOfManager({ ...manager, ...ofShop }, tenants, '')
    assert.deepEqual(
      [
        mayReach(narrow, 'shop', 'shop.test'),
        mayReach(narrow, 'shop', 'x.test'),
        mayReach(narrow, 'shop', null),
      ],
      [true, false, false],
    )
    const inHouse = { ...manager, tenant: 'house', role: 'operator', ...ofShop } as const
    const some = principalOfManager(inHouse, tenants, '')
    assert.deepEqual(reachOfMail(some)?.domains, ['shop.test'], 'some domains are some, also in the house')
    assert.deepEqual(
      [mayReach(some, 'shop', 'shop.test'), mayReach(some, 'other', null), some.rights.has('site.read')],
      [true, false, false],
    )
    assert.deepEqual(
      [msp, narrow, some].map(({ rights }) => rights.has('audit.read')),
      [true, false, false],
      'the audit log is of whole tenants',
    )
    assert.deepEqual(
      [msp, narrow, some].map(({ rights }) => rights.has('person.data')),
      [true, false, false],
      'and so is what is kept about a person',
    )
    const narrowed = narrowTo(some, 'tenant:house', { tenants, domains: [] })
    assert.deepEqual(narrowed && reachOfMail(narrowed)?.domains, ['shop.test'])
    const house = principalOfManager({ ...manager, tenant: 'house', role: 'operator' }, tenants, '')
    assert.equal(house.tenants, null)
    assert.ok(house.rights.has('site.write'))
    const fallen = principalOfManager({ ...manager, role: 'operator' }, tenants, '')
    assert.ok(!fallen.rights.has('site.read'), 'whoever stands below never reaches the house')
    assert.equal(
      mayReach(principalOfManager({ ...manager, tenant: 'gone' }, tenants, ''), 'shop', null),
      false,
    )
    const shown = await makeKey(order(), {
      id: 'k2',
      name: '',
      tenant: 'shop',
      scopes: ['configuration'],
      expiresAt: null,
    })
    const key = await findKey(access, shown, now)
    assert.deepEqual([...principalOfKey(key!, tenants, '').rights], ['policy.write'])
  })
})
