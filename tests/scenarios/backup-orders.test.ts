import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { BackupState } from '../../contract/src/backups.ts'
import { askSite, signInByLink } from '../harness/ask-site.ts'
import { type GiveOrder, operatorOf } from '../harness/operator.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'

const path = '/api/v1/backups'
const settings = { 'jobs.every': '1s', 'backup.every': '1h' }

describe('backups as the operator sees and orders them', () => {
  let site: TestSite
  let give: GiveOrder
  let folder: string

  before(async () => {
    site = await TestSite.start({ domains: {}, users: [], settings })
    folder = join(site.folder, 'backups')
    mkdirSync(folder)
    await site.must('tenant', 'add', 'house', '--level', 'operator')
    give = await operatorOf(site, 'olga')
  })
  after(() => site[Symbol.asyncDispose]())

  const state = () => give<BackupState>('GET', '/backups')
  const becomes = async (what: string, is: (state: BackupState) => boolean) => {
    let found = await state()
    await waitUntil(
      () => `${what}: ${JSON.stringify(found)}`,
      async () => {
        found = await state()
        return is(found)
      },
    )
    return found
  }

  test('where no folder is set the page says so, and an order is refused with the setting to make', async () => {
    const { state: is, troubles } = await state()
    assert.deepEqual([is, troubles], ['off', []])
    await assert.rejects(give('POST', '/backups', { what: 'backup' }), /409.*backup\.folder/)
  })

  test('a folder that is set is taken into use without a restart, and left again', async () => {
    site.configure({ ...settings, 'backup.folder': folder })
    site.signal('SIGHUP')
    const first = await becomes('the first is made', (each) => each.state === 'well' && each.doing === null)
    assert.equal(first.backups.length, 1)
    assert.equal(first.restore, `./mailkeep restore ${join(site.folder, 'data')} --from ${folder}`)
    await give('POST', '/backups', { what: 'backup' })
    await becomes('another one is made', ({ backups }) => backups.length === 2)
    await give('POST', '/backups', { what: 'verify' })
    const { proof, backups } = await becomes('the newest is verified', (each) => each.proof !== null)
    assert.deepEqual([proof?.faults, proof?.of], [[], backups[0]?.at])
    const trail = await site.must('audit-log')
    assert.match(trail, /backup-verify-ordered[\s\S]*backup-ordered/)
    site.configure(settings)
    site.signal('SIGHUP')
    await becomes('none are made any more', (each) => each.state === 'off')
  })

  test('who looks after a customer sees nothing of it', async () => {
    await site.must('tenant', 'add', 'bakery', '--parent', 'house', '--level', 'customer')
    const { link } = await site.json<{ link: string }>(
      ...['manager', 'add', 'rudi', '--role', 'administrator', '--tenant', 'bakery'],
    )
    const cookie = await signInByLink(site.consolePort, link)
    assert.equal((await askSite(site.consolePort, path, { cookie })).code, 403)
    const order = { method: 'POST', cookie, body: { what: 'backup' } }
    assert.equal((await askSite(site.consolePort, path, order)).code, 403)
    // One that may see what belongs to the site sees no more of it than his customer's.
    const { key } = await site.json<{ key: string }>(
      ...['key', 'add', 'k', '--tenant', 'bakery', '--scope', 'configuration'],
    )
    assert.equal((await askSite(site.consolePort, path, { key })).code, 403)
  })
})
