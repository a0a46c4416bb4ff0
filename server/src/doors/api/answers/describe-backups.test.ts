import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { describeBackups } from './describe-backups.ts'

test('commands that restore name folders as a shell takes them, whatever is in their names', () => {
  const [data, folder] = ["/srv/it's --from here", '/mnt/$(HOME) "b"']
  const shown = {
    state: 'well',
    troubles: [],
    ageMs: null,
    everyMs: 1,
    verifyEveryMs: 1,
    now: 1,
    report: null,
    wish: null,
  } as const
  const { restore, restoreList } = describeBackups({ ...shown, data, folder })
  const words = (command: string) =>
    execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n')
  assert.deepEqual(words(restore), ['./mailkeep', 'restore', data, '--from', folder])
  assert.deepEqual(words(restoreList), ['./mailkeep', 'restore', '--list', '--from', folder])
  const off = describeBackups({ ...shown, state: 'off', data, folder: '' })
  assert.equal(words(off.restore).at(-1), 'BACKUPS')
})
