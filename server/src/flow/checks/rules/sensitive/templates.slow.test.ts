import assert from 'node:assert/strict'
import { test } from 'node:test'
import { threadMs } from '#ground/platform/thread-time.ts'
import { sensitiveTemplates } from './templates.ts'

test('a long text takes no template a long time', () => {
  for (const unit of ['4', '4 ', '4111 ', 'DE89 ', 'DE89', '12-', 'steuer 1', 'AB1', 'A', '1 '])
    for (const [name, each] of Object.entries(sensitiveTemplates)) {
      const began = threadMs()
      each.find(unit.repeat((1 << 20) / unit.length))
      const ms = threadMs() - began
      assert(ms < 10_000, `${name} on ${unit}: ${ms} ms of the processor`)
    }
})
