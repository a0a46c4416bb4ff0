import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccessStore, AuditLine } from './access-store.ts'
import type { IdentityProvider } from './account-store.ts'
import { type ProvedIdentity, ProviderAway, ProviderRefusal } from './proved-identity.ts'
import { notingRefusals } from './refused-sign-in.ts'

const provider = { tenant: 'one', name: 'Login', saml: null } as IdentityProvider
const ann: ProvedIdentity = { issuer: 'i', subject: 's', email: 'ann@one.test', name: 'Ann' }

function log() {
  const lines: Omit<AuditLine, 'id'>[] = []
  const counted: { subject: string; at: number }[] = []
  const failures = async (subject: string, since: number) =>
    counted.filter((each) => each.subject === subject && each.at >= since).length
  const access = {
    failures,
    async noteFailure(subject: string, at: number, windowMs: number) {
      counted.push({ subject, at })
      return failures(subject, at - windowMs)
    },
    async record(line: Omit<AuditLine, 'id'>) {
      lines.push(line)
    },
  } as unknown as AccessStore
  const refuse = (cause: Error, at = 0, who: ProvedIdentity | null = null) =>
    assert.rejects(
      notingRefusals({ access, at, ip: '192.0.2.1' }, provider, (proved) => {
        if (who) proved(who)
        throw cause
      }),
      cause,
    )
  return { lines, counted, refuse }
}

describe('a sign-in at a provider that is refused', () => {
  test('leaves one line: who as far as it is known, where, and why; a fault of ours leaves none', async () => {
    const { lines, refuse } = log()
    await refuse(new ProviderRefusal('its answer is over'), 5)
    await refuse(new ProviderAway('it does not answer'), 6, ann)
    await refuse(new Error('the store is away'), 7)
    const said = { provider: 'Login', protocol: 'OpenID Connect' }
    const line = { what: 'sign-in-refused', who: 'provider:one', tenant: 'one', ip: '192.0.2.1' }
    assert.deepEqual(lines, [
      { ...line, at: 5, detail: { ...said, why: 'its answer is over' } },
      { ...line, at: 6, detail: { ...said, person: 'ann@one.test', why: 'it does not answer' } },
    ])
  })

  test('by strangers is written 20 times in 15 minutes, and nothing more is kept; people count apart', async () => {
    const { lines, counted, refuse } = log()
    for (let n = 0; n < 50; n += 1) await refuse(new ProviderRefusal('no'), n)
    assert.deepEqual([lines.length, counted.length], [20, 20])
    assert.match(JSON.stringify(lines.at(-1)?.detail), /the last line for up to 15 minutes/)
    await refuse(new ProviderRefusal('no'), 60, ann)
    assert.equal(lines.length, 21)
    await refuse(new ProviderRefusal('no'), 1_000_000)
    assert.equal(lines.length, 22)
  })
})
