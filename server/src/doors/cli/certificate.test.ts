import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { commands } from '../../main.ts'
import { openTestSite } from '../../test-site.ts'
import { runCommand } from './run-command.ts'

test('a certificate that is refused: which one is in use is said as it is', async () => {
  using it = openTestSite()
  const { folder, certificatePath, keyPath } = it.site
  const offered = join(folder, 'offered.pem')
  for (const path of [certificatePath, keyPath, offered]) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, 'no PEM\n')
  }
  const lastLine = async (...argv: string[]) => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const given = ['certificate', ...argv, '--data', folder]
    assert.equal(await runCommand(commands, given, { stdin, stdout, stderr }), 1, String(stderr.read()))
    return String(stdout.read()).trimEnd().split('\n').at(-1)
  }
  assert.equal(await lastLine('check'), 'This is the certificate in use.')
  assert.equal(await lastLine('check', offered), 'The certificate in use stays.')
  assert.equal(await lastLine('install', offered), 'The certificate in use stays.')
})
