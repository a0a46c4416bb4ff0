import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { besideQuestion, doAskedOnce } from '#ground/platform/asked-once.ts'
import type { AccountStore, Challenge, IdentityProvider, Passkey } from '#services/access/account-store.ts'
import type { KeptAnswers } from '#services/access/kept-answers.ts'
import { inDirectory } from '#services/directory/recorded-change.ts'
import { engines, type OpenEngine } from '../../../test-engines.ts'

const start = 1_800_000_000_000
const day = 86_400_000

const passkey = (id: string, more: Partial<Passkey> = {}): Passkey => ({
  id,
  manager: 'ann',
  name: 'Key',
  host: 'mail.test',
  publicKey: 'cose',
  counter: 0,
  transports: ['usb', 'nfc'],
  createdAt: start,
  usedAt: null,
  ...more,
})

const provider = (tenant: string, more: Partial<IdentityProvider> = {}): IdentityProvider => ({
  tenant,
  name: 'House sign-in',
  issuer: 'https://id.test',
  clientId: 'client',
  clientSecret: 'a long secret',
  saml: null,
  domains: ['a.test'],
  newRole: 'reader',
  trustsFactor: true,
  isOff: false,
  changedAt: start,
  ...more,
})

const challenge = (hash: string, more: Partial<Challenge> = {}): Challenge => ({
  hash,
  kind: 'passkey-use',
  manager: '',
  value: { challenge: 'x' },
  expiresAt: start + 60_000,
  ...more,
})

for (const engine of engines) {
  describe(`accounts on ${engine.name}`, { skip: engine.missing() ?? false }, () => {
    let open: OpenEngine
    let accounts: AccountStore
    let answers: KeptAnswers

    before(async () => {
      open = await engine.open()
      accounts = open.stores.accounts
      answers = open.stores.keptAnswers
    })
    after(() => open.close())

    test('passkeys are of one manager, change as they are used, and go by their owner alone', async () => {
      await accounts.putPasskey(passkey('k1'))
      await accounts.putPasskey(passkey('k2', { createdAt: start + 1, transports: [] }))
      await accounts.putPasskey(passkey('k3', { manager: 'bob' }))
      await accounts.changePasskey('k1', { counter: 7, usedAt: start + 5 })
      assert.deepEqual(await accounts.passkey('k1'), passkey('k1', { counter: 7, usedAt: start + 5 }))
      await accounts.changePasskey('k2', { name: 'Telephone' })
      assert.equal((await accounts.passkey('k2'))?.name, 'Telephone')
      assert.equal(await accounts.passkey('none'), null)
      assert.deepEqual(
        (await accounts.passkeysOf('ann')).map((each) => each.id),
        ['k1', 'k2'],
      )
      assert.equal(await accounts.removePasskey('ann', 'k3'), false, 'it is somebody else’s')
      assert.equal(await accounts.removePasskey('ann', 'k2'), true)
      await accounts.changePasskey('k2', { counter: 8, usedAt: start + 6 })
      assert.equal(await accounts.passkey('k2'), null, 'what is gone does not come back')
      assert.equal(await accounts.removePasskeysOf('ann'), 1)
      assert.equal((await accounts.passkeysOf('bob')).length, 1)
    })

    test('a challenge comes back once, and as what it was made for', async () => {
      await accounts.putChallenge(challenge('h1'))
      assert.equal(await accounts.useChallenge('passkey-new', 'h1'), null)
      assert.deepEqual(await accounts.useChallenge('passkey-use', 'h1'), challenge('h1'))
      assert.equal(await accounts.useChallenge('passkey-use', 'h1'), null)
    })

    test('of two challenges with one hash the first stays, for another process too', async () => {
      const other = await open.reopen()
      const seen = challenge('h2', { kind: 'saml-seen' })
      const both = await Promise.all([accounts.putChallenge(seen), other.accounts.putChallenge(seen)])
      assert.deepEqual(both.toSorted(), [false, true])
    })

    test('a provider is one a tenant; who was met through it is forgotten with it', async () => {
      await accounts.putProvider(provider('one'))
      await accounts.putProvider(provider('two', { newRole: null, domains: [] }))
      const saml = { signInUrl: 'https://id.test/sso', certificates: ['MII', 'MIJ'], takesUnasked: true }
      await accounts.putProvider(provider('three', { clientId: '', clientSecret: '', saml }))
      assert.deepEqual(
        await accounts.provider('three'),
        provider('three', { clientId: '', clientSecret: '', saml }),
      )
      await accounts.removeProvider('three')
      const changed = provider('one', { clientSecret: 'another', isOff: true, changedAt: start + 1 })
      await accounts.putProvider(changed)
      assert.deepEqual(await accounts.provider('one'), changed)
      assert.deepEqual(
        (await accounts.providers()).map((each) => [each.tenant, each.clientSecret]),
        [
          ['one', 'another'],
          ['two', 'a long secret'],
        ],
      )
      await accounts.putSubject('one', 'https://id.test', 's1', 'ann')
      await accounts.putSubject('two', 'https://id.test', 's1', 'bob')
      assert.equal(await accounts.managerOfSubject('one', 'https://id.test', 's1'), 'ann')
      assert.equal(await accounts.removeProvider('one'), true)
      assert.equal(await accounts.removeProvider('one'), false)
      assert.equal(await accounts.managerOfSubject('one', 'https://id.test', 's1'), null)
      assert.equal(await accounts.managerOfSubject('two', 'https://id.test', 's1'), 'bob')
    })

    test('a question that is sent twice is answered once, for a day', async () => {
      assert.deepEqual(await answers.begin('a', 'q', start), { kind: 'new' })
      assert.deepEqual(await answers.begin('a', 'q', start + 1), { kind: 'under-way' })
      await answers.end('a', 'done')
      assert.deepEqual(await answers.begin('a', 'q', start + 2), { kind: 'known', answer: 'done' })
      assert.deepEqual(await answers.begin('a', 'other', start + 2), { kind: 'other' })
      await answers.drop('a')
      assert.equal((await answers.begin('a', 'q', start + 3)).kind, 'known', 'what was answered stays')
      assert.deepEqual(await answers.begin('a', 'q', start + day + 1), { kind: 'new' })
      await answers.begin('b', 'q', start)
      await answers.drop('b')
      assert.deepEqual(await answers.begin('b', 'other', start + 1), { kind: 'new' })
      await answers.begin('c', 'q', start)
      assert.deepEqual(await answers.begin('c', 'q', start + 61_000), { kind: 'new' }, 'its process is gone')
    })

    test('a question that was cut off after it had changed something is not done again', async () => {
      const { directory } = open.stores
      const ask = (hash: string, ms: number) => answers.begin(hash, 'q', start + ms)
      /** A question whose process dies before it is answered. */
      const cutOff = async (hash: string, work: () => Promise<unknown>) => {
        await ask(hash, 0)
        await doAskedOnce(hash, work)
        return [(await ask(hash, 59_000)).kind, (await ask(hash, 61_000)).kind]
      }
      const write = (value: string) => directory.setFact('asked-once', value)
      assert.deepEqual(await cutOff('d1', () => write('1')), ['under-way', 'cut-off'])
      assert.deepEqual(await answers.begin('d1', 'other', start + 61_000), { kind: 'other' })
      assert.deepEqual(await cutOff('d2', () => directory.fact('asked-once')), ['under-way', 'new'])
      const told = { ...{ at: 1, what: 'x', who: 'x', tenant: null, ip: '' }, detail: { n: 1n } }
      const undone = () =>
        directory
          .recordedChange(inDirectory.setFact('asked-once', '2'), [told])
          .catch(() => directory.fact('asked-once'))
      assert.deepEqual(
        await cutOff('d3', undone),
        ['under-way', 'new'],
        'what was undone has changed nothing',
      )
      assert.equal(await directory.fact('asked-once'), '1')
      await write('3')
      assert.deepEqual(await ask('d2', 130_000), { kind: 'new' }, 'what others write marks nothing')
      await answers.end('d1', 'late')
      assert.deepEqual(await ask('d1', 62_000), { kind: 'known', answer: 'late' })
      assert.deepEqual(await ask('d1', day + 1), { kind: 'new' })
      assert.deepEqual(await ask('d1', day + 62_000), { kind: 'new' }, 'its mark went with it')
    })

    test('a question that failed after it had changed something is not done again; one that was refused before is', async () => {
      const { access, directory } = open.stores
      const ask = (hash: string, ms: number, question = 'q') => answers.begin(hash, question, start + ms)
      /** A question that ends with an error once its work is done. */
      const failed = async (hash: string, work: () => Promise<unknown>) => {
        assert.deepEqual(await ask(hash, 0), { kind: 'new' })
        await doAskedOnce(hash, work)
        await answers.drop(hash)
        return (await ask(hash, 1)).kind
      }
      assert.equal(await failed('f1', () => directory.setFact('asked-once', '4')), 'cut-off')
      assert.equal((await ask('f1', 2, 'other')).kind, 'other')
      assert.equal((await ask('f1', day + 1)).kind, 'new')
      assert.equal(await failed('f2', () => directory.fact('asked-once')), 'new')
      const countTry = () => access.noteFailure('account ann', start, day)
      assert.equal(await failed('f3', countTry), 'new', 'a wrong password changes nothing of what was asked')
      const noteLook = () => besideQuestion(() => directory.recordChange(start, 'looked', 'x', {}))
      assert.equal(await failed('f4', noteLook), 'new')
    })
  })
}
