import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Alarms } from '#ground/platform/alarms.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import { createScannerParts } from './scanner-parts.ts'

test('a scanner is never timed with bytes that it has seen: it would know them again, and not look', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mailkeep-scanner-'))
  const path = join(folder, 'clamd.ctl')
  const seen: string[] = []
  const scanner = createServer((socket) => {
    let text = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.startsWith('zINSTREAM') && !text.endsWith('\0\0\0\0')) return
      if (text.includes('golden.')) seen.push(text)
      socket.end('stream: OK\0')
    })
  })
  await new Promise<void>((resolve) => scanner.listen(path, resolve))
  t.after(() => {
    scanner.close()
    rmSync(folder, { recursive: true })
  })
  const config = { 'antivirus.signatures': '', 'antivirus.backends': [path] } as unknown as Config
  const { scanners } = createScannerParts(config, {} as Alarms)
  const { timesMs } = await scanners.prove(path)
  await scanners.prove(path)
  await scanners.time(path, 3)
  assert.equal(timesMs.length, 20)
  assert.equal(seen.length, 41)
  assert.equal(new Set(seen).size, 41)
})
