import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { putBackupWish, readBackupWish, takeBackupWish } from './wish-file.ts'

test('of those who ask at once one is heard and the others are told so, until it is begun', async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'mailkeep-wish-'))
  t.after(() => rmSync(data, { recursive: true, force: true }))
  const ask = (who: string) => putBackupWish(data, { what: 'backup', who, at: 1 })
  const answers = await Promise.all(['olga', 'otto', 'oleg'].map(ask))
  assert.deepEqual(answers.filter(Boolean), [true])
  const who = ['olga', 'otto', 'oleg'][answers.indexOf(true)]
  assert.equal((await readBackupWish(data))?.who, who)
  assert.equal(takeBackupWish(data)?.who, who)
  assert.deepEqual([takeBackupWish(data), readdirSync(data)], [null, []])
  assert.equal(await ask('otto'), true)
})
