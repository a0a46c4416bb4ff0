import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'

const program = join(import.meta.dirname, '../../mailkeep')
const folder = mkdtempSync(join(tmpdir(), 'mailkeep-failed-'))

/** Starts a server on a data folder; null: it did not end by itself. */
function start(data: string): Promise<{ code: number | null; stderr: string }> {
  const environment = {
    ...process.env,
    MAILKEEP_GATEWAY_LISTEN: '127.0.0.1:0',
    MAILKEEP_SUBMISSION_LISTEN: '127.0.0.1:0',
    MAILKEEP_SUBMISSION_LISTEN_TLS: '127.0.0.1:0',
    MAILKEEP_CONSOLE_LISTEN: '127.0.0.1:0',
  }
  return new Promise((resolve) => {
    const child = execFile(
      program,
      ['start', '--data', data],
      { env: environment, cwd: folder, timeout: 300_000, killSignal: 'SIGKILL' },
      (_error, _stdout, stderr) => resolve({ code: child.exitCode, stderr }),
    )
  })
}

describe('a server that cannot start', () => {
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('ends when it fails half-way, so that a service manager sees it', async () => {
    const data = mkdtempSync(join(folder, 'data-'))
    writeFileSync(join(data, 'secrets'), 'this should be a folder')
    const { code, stderr } = await start(data)
    assert.equal(code, 70, stderr)
    assert.match(stderr, /ENOTDIR/)
  })

  test('says in a sentence that the data is of a newer version', async () => {
    const data = mkdtempSync(join(folder, 'data-'))
    using database = new DatabaseSync(join(data, 'mailkeep.db'))
    database.exec('PRAGMA user_version = 9999')
    const { code, stderr } = await start(data)
    assert.equal(code, 2, stderr)
    assert.match(stderr, /^The server does not start: the database has schema 9999/)
  })
})
