import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createNoticeSender } from './notice-sender.ts'

test('a notice has a sender of its own only where others can look its name up', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-notice-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'secrets'))
  const log = { warn: (fault: object) => assert.fail(JSON.stringify(fault)) }
  const senderAt = (host: string) => {
    const base = { folder, log, config: { 'site.host': host } } as unknown
    return createNoticeSender(base as Parameters<typeof createNoticeSender>[0])('0123456789abcdef')
  }
  for (const host of ['mx.site.example', 'local.site.example', 'mail.home.example'])
    assert.match(senderAt(host), new RegExp(`^prvs=.*=notice-0123456789abcdef@${host}$`))
  for (const host of ['box', 'mail.corp.internal', 'box.lan', 'mx.Local', 'a.localhost', 'nas.home.arpa'])
    assert.equal(senderAt(host), '', host)
})
