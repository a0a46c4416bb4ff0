import assert from 'node:assert/strict'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import type { Manager } from '#services/access/access-store.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'
import { databaseName } from './open-database.ts'

const secrets = { totp: 'JBSWY3DPEHPK3PXP', provider: 'tell-nobody-this', webhook: 'whsec_0123456789' }

const manager = (id: string): Manager => ({
  ...{ id, displayName: '', address: '', role: 'reader', tenant: 'one', domains: null, passwordHash: null },
  ownersOfDomains: [],
  ...{ totpSecret: secrets.totp, recoveryCodes: [], needsSecondFactor: false, createdAt: 1, createdBy: 't' },
  ...{ disabledAt: null, passkeys: 0, isProbe: false },
})
const provider = {
  ...{
    tenant: 'one',
    name: 'P',
    issuer: 'https://id.test',
    saml: null,
    clientId: 'c',
    clientSecret: secrets.provider,
  },
  ...{ domains: [], newRole: null, trustsFactor: false, isOff: false, changedAt: 1 },
}
const hook = {
  ...{
    id: 'w',
    tenant: 'one',
    domain: null,
    name: 'W',
    url: 'https://w.test',
    form: 'mailkeep' as const,
    secret: secrets.webhook,
  },
  ...{ kinds: [], createdAt: 1, createdBy: 't', cursor: '0', tries: 0, failingSince: null, dueAt: 1 },
  ...{ pausedAt: null, pausedWhy: null },
}

for (const engine of engines.filter((each) => each.name === 'sqlite')) {
  describe(`secrets at rest on ${engine.name}`, () => {
    let open: OpenEngine

    before(async () => {
      open = await engine.open()
      await open.stores.access.putManager(manager('ann'))
      await open.stores.accounts.putProvider(provider)
      await open.stores.webhooks.putWebhook(hook)
    })
    after(() => open.close())

    const raw = <Answer>(work: (database: DatabaseSync) => Answer): Answer => {
      const database = new DatabaseSync(join(open.folder, databaseName))
      try {
        return work(database)
      } finally {
        database.close()
      }
    }
    const shown = async () => {
      const { access, accounts, webhooks } = open.stores
      return [
        (await access.manager('ann'))?.totpSecret,
        (await accounts.provider('one'))?.clientSecret,
        (await webhooks.webhook('w'))?.secret,
      ]
    }
    const all = Object.values(secrets)

    test('they are given out as they were put, and no file of the database has them', async () => {
      assert.deepEqual(await shown(), all)
      raw((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'))
      const bytes = readFileSync(join(open.folder, databaseName), 'latin1')
      for (const each of all) assert.equal(bytes.includes(each), false, each)
    })

    test('rows from before are read as they are, and sealed', async () => {
      raw((database) => {
        database.prepare('UPDATE managers SET totp_secret = ?').run(secrets.totp)
        database.prepare('UPDATE webhooks SET secret = ?').run(secrets.webhook)
      })
      assert.deepEqual(await shown(), all)
      assert.deepEqual(await open.stores.secretRows.sealRows(), { sealed: 2, unreadable: [] })
      assert.deepEqual(await open.stores.secretRows.sealRows(), { sealed: 0, unreadable: [] })
      assert.deepEqual(await shown(), all)
      const kept = raw((database) => database.prepare('SELECT totp_secret AS kept FROM managers').get())
      assert.match(String(kept?.kept), /^v1\./)
    })

    test('sealed for one row it opens for no other, and without the key for none: lists are still read', async () => {
      raw((database) =>
        database.exec(`UPDATE webhooks SET secret = (SELECT client_secret FROM identity_providers)`),
      )
      assert.deepEqual((await open.stores.secretRows.sealRows()).unreadable, ['webhook w'])
      assert.notEqual((await open.stores.webhooks.webhook('w'))?.secret, secrets.provider)
      rmSync(join(open.folder, 'secrets', 'sealing.key'))
      const again = await open.reopen()
      assert.deepEqual((await again.secretRows.sealRows()).unreadable, [
        'totp ann',
        'provider one',
        'webhook w',
      ])
      const [ann] = await again.access.managers()
      assert.ok(ann?.totpSecret, 'a second factor that cannot be read is still asked for')
      assert.notEqual(ann.totpSecret, secrets.totp)
    })
  })
}
