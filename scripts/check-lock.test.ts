import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkLock, entryFor } from './check-lock.ts'

test('a lock file that names no host and has every binary is fine', () => {
  const packages = {
    'node_modules/tool': { version: '1.0.0', optionalDependencies: { '@tool/linux-x64': '1.0.0' } },
    'node_modules/@tool/linux-x64': { version: '1.0.0' },
    contract: { resolved: 'contract' },
  }
  assert.deepEqual(checkLock({ packages }), [])
})

test('a host and a missing binary are told', () => {
  const packages = {
    'node_modules/tool': {
      resolved: 'https://registry.example/tool.tgz',
      optionalDependencies: { '@tool/win32-x64': '1.0.0' },
    },
  }
  const [host, missing, ...others] = checkLock({ packages })
  assert.match(host ?? '', /^node_modules\/tool: names a host/)
  assert.match(missing ?? '', /^@tool\/win32-x64: has no entry/)
  assert.deepEqual(others, [])
})

test('the entry of a binary says which machine it is for', () => {
  assert.deepEqual(entryFor({ dev: true }, '@tool/binding-linux-arm64-musl', '2.0.0'), {
    version: '2.0.0',
    cpu: ['arm64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  })
})
