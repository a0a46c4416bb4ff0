import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordPassword } from '#ground/platform/password-record.ts'
import { codesOf, type FakeSession, openSession } from './fake-session.ts'
import { LoginGuard } from './login-guard.ts'
import { defaultOutbound, readOutboundPolicy } from './outbound-policy.ts'
import type { KnownSender, SenderSource } from './sender-source.ts'
import { SendingVolume } from './sending-volume.ts'
import { VerifyLogin } from './verify-login.ts'

const anna: KnownSender = {
  by: 'login',
  name: 'anna@example.test',
  tenant: 'acme',
  domains: ['example.test'],
  addresses: ['anna@example.test', 'sales@example.test'],
}
const server = (name: string, tenant: string, domain: string): KnownSender => ({
  by: 'network',
  name,
  tenant,
  domains: [domain],
  addresses: null,
})

const record = await recordPassword('1', 'right-password', null)

function sourceWith(relays: readonly KnownSender[], perHour = 0): SenderSource {
  return {
    relaysOf: ({ ip }) => (ip === '192.0.2.1' ? relays : []),
    loginOf: (name) => (name.toLowerCase() === anna.name ? { sender: anna, passwords: [record] } : null),
    placeOf: ({ domains, addresses, tenant }, address) => {
      const domain = address.slice(address.lastIndexOf('@') + 1)
      if (domains && !domains.includes(domain)) return null
      return addresses && !addresses.includes(address) ? null : { tenant, domain }
    },
    asksCertificates: () => false,
    outboundPolicyOf: () => ({ ...defaultOutbound, perHour }),
  }
}

const plain = (password: string, login = 'anna@example.test') =>
  `AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}\r\n`

function open(
  more: Parameters<typeof openSession>[1] & { relays?: readonly KnownSender[]; perHour?: number } = {},
): FakeSession {
  const senders = sourceWith(more.relays ?? [], more.perHour)
  const logins = new VerifyLogin(senders, { now: () => Date.now() })
  return openSession({}, { senders, logins, ...more })
}

const submit = (isTls = true) => open({ door: 'submission', isTls })

/** Computing a hash takes longer than the turns that `say` waits for. */
async function saySlowly(session: FakeSession, text: string): Promise<string> {
  const first = await session.say(text)
  if (first !== '') return first
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    const answer = session.take()
    if (answer !== '') return answer
  }
  return ''
}

test('nobody sends by the submission door without TLS and a right password', async () => {
  const open = submit(false)
  assert.doesNotMatch(await open.say('EHLO phone\r\n'), /AUTH/)
  assert.equal(codesOf(await open.say('MAIL FROM:<anna@example.test>\r\n')), '530')
  assert.equal(codesOf(await open.say(plain('right-password'))), '538')
  const secure = submit()
  assert.match(await secure.say('EHLO phone\r\n'), /250-AUTH SCRAM-SHA-256 PLAIN LOGIN\r\n/)
  assert.equal(codesOf(await secure.say('MAIL FROM:<anna@example.test>\r\n')), '530')
  assert.equal(codesOf(await saySlowly(secure, plain('wrong-password'))), '535')
  assert.equal(codesOf(await secure.say('MAIL FROM:<anna@example.test>\r\n')), '530')
  assert.equal(codesOf(await saySlowly(secure, plain('right-password'))), '235')
  assert.doesNotMatch(await secure.say('EHLO phone\r\n'), /AUTH/)
  assert.equal(codesOf(await secure.say(plain('right-password'))), '503')
})

test('who has logged in sends to everybody, as himself or an alias of his and nobody else', async () => {
  const session = submit()
  await session.say('EHLO phone\r\n')
  await saySlowly(session, plain('right-password'))
  for (const [from, code] of [
    ['boss@example.test', '550'],
    ['anna@elsewhere.test', '550'],
    ['sales@example.test', '250'],
  ]) {
    assert.equal(codesOf(await session.say(`MAIL FROM:<${from}>\r\n`)), code, from)
  }
  assert.equal(codesOf(await session.say('RCPT TO:<x@far.test>\r\nRCPT TO:<b@example.test>\r\n')), '250 250')
  assert.equal(codesOf(await session.say('RCPT TO:<nobody@example.test>\r\n')), '550')
  assert.equal(codesOf(await session.say('RCPT TO:<x@[192.0.2.7]>\r\n')), '550')
  assert.deepEqual(
    session.session.transaction?.recipients.map((each) => [
      each.rcptTo,
      each.tenant,
      each.outbound !== undefined,
    ]),
    [
      ['x@far.test', 'acme', true],
      ['b@example.test', 'acme', false],
    ],
  )
  assert.equal(codesOf(await session.say('RSET\r\nMAIL FROM:<>\r\nRCPT TO:<x@far.test>\r\n')), '250 250 250')
  assert.equal(codesOf(await session.say('RCPT TO:<y@far.test>\r\n')), '452', 'a notice goes to one')
})

test('whom sending is not switched on for hears so, and reaches people here all the same', async () => {
  const senders = {
    ...sourceWith([]),
    outboundPolicyOf: (address: string) =>
      readOutboundPolicy({
        'product.filtering': 'off',
        ...(address === 'sales@example.test' && { 'product.outbound': 'off' }),
      }),
  }
  assert.equal(senders.outboundPolicyOf('anna@example.test').policy.isOff, undefined, 'what leaves is judged')
  const logins = new VerifyLogin(senders, { now: () => Date.now() })
  const session = openSession({}, { senders, logins, door: 'submission', isTls: true })
  await session.say('EHLO phone\r\n')
  await saySlowly(session, plain('right-password'))
  await session.say('MAIL FROM:<sales@example.test>\r\n')
  assert.match(await session.say('RCPT TO:<x@far.test>\r\n'), /^550 5\.7\.1 Sending is not switched on/)
  assert.equal(codesOf(await session.say('RCPT TO:<b@example.test>\r\n')), '250')
  await session.say('RSET\r\nMAIL FROM:<anna@example.test>\r\n')
  assert.equal(codesOf(await session.say('RCPT TO:<x@far.test>\r\n')), '250')
})

test('a login is given up, malformed or of an unknown mechanism without harm', async () => {
  const session = submit()
  assert.equal(codesOf(await session.say(plain('right-password'))), '503', 'EHLO comes first')
  await session.say('EHLO phone\r\n')
  assert.equal(codesOf(await session.say('AUTH CRAM-MD5\r\n')), '504')
  assert.equal(codesOf(await session.say('AUTH PLAIN ???\r\n')), '501')
  assert.equal(await session.say('AUTH PLAIN\r\n'), '334 \r\n')
  assert.equal(codesOf(await session.say('*\r\n')), '501')
  assert.equal(codesOf(await session.say('NOOP\r\n')), '250', 'the next line is a command again')
  assert.equal(await session.say('AUTH LOGIN\r\n'), '334 VXNlcm5hbWU6\r\n')
  assert.equal(
    await session.say(`${Buffer.from('ANNA@example.test').toString('base64')}\r\n`),
    '334 UGFzc3dvcmQ6\r\n',
  )
  const password = Buffer.from('right-password').toString('base64')
  assert.equal(codesOf(await saySlowly(session, `${password}\r\n`)), '235')
})

test('three wrong passwords end a connection, and each is noted without the password', async () => {
  const session = submit()
  await session.say('EHLO phone\r\n')
  for (const code of ['535', '535', '421'])
    assert.equal(codesOf(await saySlowly(session, plain('guessed-secret'))), code)
  assert.ok(session.isClosed())
  // Refusals are written a moment later.
  await new Promise((resolve) => setTimeout(resolve, 600))
  assert.deepEqual(
    session.refused.map((each) => each.reason),
    ['login-wrong', 'login-wrong', 'login-wrong'],
  )
  assert.equal(JSON.stringify(session.refused).includes('guessed-secret'), false)
})

test('mail comes in by the other door without a login, and AUTH is nothing there', async () => {
  const session = open({ isTls: true })
  assert.doesNotMatch(await session.say('EHLO mx.far.test\r\n'), /AUTH/)
  assert.equal(codesOf(await session.say(plain('right-password'))), '500')
  assert.equal(
    codesOf(await session.say('MAIL FROM:<anna@example.test>\r\nRCPT TO:<x@far.test>\r\n')),
    '250 550',
  )
})

test('a server sends to the world for its own domains only, and brings mail of others for our people', async () => {
  const relays = [server('r1', 'acme', 'example.test'), server('r2', 'other', 'other.test')]
  const session = open({ relays })
  await session.say('EHLO office\r\n')
  const attempt = async (from: string, ...to: string[]) =>
    codesOf(
      await session.say(
        `RSET\r\nMAIL FROM:<${from}>\r\n${to.map((each) => `RCPT TO:<${each}>\r\n`).join('')}`,
      ),
    )
  assert.equal(await attempt('scanner@example.test', 'x@far.test', 'y@far.test'), '250 250 250 250')
  assert.equal(session.session.transaction?.sender?.name, 'r1')
  assert.equal(await attempt('a@other.test', 'x@far.test'), '250 250 250')
  assert.equal(session.session.transaction?.recipients[0]?.tenant, 'other', 'of whom the sender is')
  assert.equal(await attempt('a@third.test', 'x@far.test'), '250 250 550')
  assert.equal(await attempt('a@third.test', 'b@example.test'), '250 250 250')
  assert.equal(session.session.transaction?.sender, null)
  assert.equal(await attempt('scanner@example.test', 'x@far.test', 'b@example.test'), '250 250 250 452')
  assert.equal(await attempt('scanner@example.test', 'b@example.test', 'x@far.test'), '250 250 250 452')
  assert.equal(await attempt('', 'x@far.test'), '250 250 550', 'a notice of a network of several is nobody')
  const alone = open({ relays: relays.slice(0, 1) })
  await alone.say('EHLO office\r\n')
  assert.equal(codesOf(await alone.say('MAIL FROM:<>\r\nRCPT TO:<x@far.test>\r\n')), '250 250')
})

test('guessing is slowed by login and by address, and shuts out only the address that guesses', () => {
  let now = 0
  const guard = new LoginGuard({ now: () => now })
  const waits = Array.from({ length: 9 }, () => {
    const wait = guard.waitFor('anna', '192.0.2.1')
    guard.noteWrong('anna', '192.0.2.1')
    return wait
  })
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 250, 500, 1000, 2000])
  assert.equal(
    guard.waitFor('anna', '198.51.100.1'),
    4000,
    'a login that is guessed at is slow from everywhere',
  )
  assert.equal(guard.waitFor('bert', '198.51.100.1'), 0)
  for (let i = 0; i < 60; i++) guard.noteWrong(`x${i}`, '192.0.2.1')
  assert.equal(guard.waitFor('bert', '192.0.2.1'), null)
  assert.equal(guard.waitFor('bert', '198.51.100.1'), 0)
  guard.noteRight('anna', '198.51.100.1')
  assert.equal(guard.waitFor('anna', '198.51.100.1'), 0)
  now += 900_001
  assert.equal(guard.waitFor('bert', '192.0.2.1'), 0)
})

test('a password that was taken back is wrong at once, though it was right a moment ago', async () => {
  let passwords = [record]
  const logins = new VerifyLogin({ loginOf: () => ({ sender: anna, passwords }) }, { now: () => 0 })
  const step = { kind: 'password', login: anna.name, password: ' right-password ' } as const
  assert.equal((await logins.judge(step, '192.0.2.1')).kind, 'proved')
  const started = performance.now()
  for (let i = 0; i < 20; i++) assert.equal((await logins.judge(step, '192.0.2.1')).kind, 'proved')
  assert.ok(performance.now() - started < 100, 'it is not computed again')
  passwords = []
  assert.equal((await logins.judge(step, '192.0.2.1')).kind, 'wrong')
})

test('a policy limits how many recipients one address writes to within an hour', async () => {
  const told: string[] = []
  const alarms = { pulse: (name: string, subject: string) => void told.push(`${name} ${subject}`) }
  const volume = new SendingVolume({ now: () => 0 }, alarms)
  const session = open({ door: 'submission', isTls: true, perHour: 3, volume })
  await session.say('EHLO phone\r\n')
  await saySlowly(session, plain('right-password'))
  await session.say('MAIL FROM:<anna@example.test>\r\n')
  const to = (...names: string[]) => names.map((each) => `RCPT TO:<${each}>\r\n`).join('')
  const all = to('x@far.test', 'b@example.test', 'y@far.test', 'z@far.test', 'c@example.test')
  assert.equal(codesOf(await session.say(all)), '250 250 250 451 451')
  assert.ok(told.every((each) => each === 'sending-stopped anna@example.test') && told.length > 0)
  volume.take('anna@example.test', 3)
  assert.equal(
    codesOf(await session.say(`RSET\r\nMAIL FROM:<sales@example.test>\r\n${to('x@far.test')}`)),
    '250 250 451',
    'another address of his makes him nobody else',
  )
  assert.equal(
    codesOf(await session.say(`RSET\r\nMAIL FROM:<anna@example.test>\r\n${to('x@far.test')}`)),
    '250 250 451',
  )
})
