import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AccessStore, AuditLine } from './access-store.ts'
import type { IdentityProvider } from './account-store.ts'
import { type ProvedIdentity, ProviderAway, ProviderRefusal } from './proved-identity.ts'
import { notingRefusals } from './refused-sign-in.ts'

const ann: ProvedIdentity = { issuer: 'i', subject: 's', email: 'ann@one.test', name: 'Ann' }

function log(tenant: string) {
  const provider = { tenant, name: 'Login', saml: null } as IdentityProvider
  const lines: Omit<AuditLine, 'id'>[] = []
  const access = {
    async record(line: Omit<AuditLine, 'id'>) {
      lines.push(line)
    },
  } as AccessStore
  const refuse = (cause: Error, at = 0, who: ProvedIdentity | null = null) =>
    assert.rejects(
      notingRefusals({ access, at, ip: '192.0.2.1' }, provider, (proved) => {
        if (who) proved(who)
        throw cause
      }),
      cause,
    )
  return { lines, refuse }
}

describe('a sign-in at a provider that is refused', () => {
  test('leaves one line: who as far as it is known, where, and why; a fault of ours leaves none', async () => {
    const { lines, refuse } = log('one')
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

  test('by strangers is written 20 times in 15 minutes; people count apart', async () => {
    const { lines, refuse } = log('two')
    for (let n = 0; n < 50; n += 1) await refuse(new ProviderRefusal('no'), n)
    assert.equal(lines.length, 20)
    assert.match(JSON.stringify(lines.at(-1)?.detail), /the last line for up to 15 minutes/)
    await refuse(new ProviderRefusal('no'), 60, ann)
    assert.equal(lines.length, 21)
    await refuse(new ProviderRefusal('no'), 1_000_000)
    assert.equal(lines.length, 22)
  })
})
