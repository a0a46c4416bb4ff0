import assert from 'node:assert/strict'
import fs, { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { installCertificate } from './install-certificate.ts'
import type { JudgedCertificate } from './judge-certificate.ts'

const judged = { faults: [], chain: 'chain', key: 'key', names: '', issuer: '', validTo: '' }

test('at no moment is there no certificate or no key', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-install-'))
  const [certificatePath, keyPath] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
  const missing: string[] = []
  const rename = fs.renameSync
  context.mock.method(fs, 'renameSync', (from: string, to: string) => {
    rename(from, to)
    missing.push(...[certificatePath, keyPath].filter((each) => !existsSync(each)))
  })
  syncBuiltinESMExports()
  try {
    writeFileSync(certificatePath, 'chain before')
    writeFileSync(keyPath, 'key before', { mode: 0o600 })
    const access = { record: async () => undefined }
    const order = { access, certificatePath, keyPath, at: 1, who: 'cli:test' }
    await installCertificate(order, judged as unknown as JudgedCertificate)
    assert.deepEqual(missing, [])
    assert.deepEqual(
      [certificatePath, keyPath].map((each) => readFileSync(each, 'utf8')),
      ['chain', 'key'],
    )
    assert.equal(readFileSync(`${keyPath}.before`, 'utf8'), 'key before')
    assert.equal(statSync(`${keyPath}.before`).mode & 0o777, 0o600)
  } finally {
    context.mock.restoreAll()
    syncBuiltinESMExports()
    rmSync(folder, { recursive: true, force: true })
  }
})
