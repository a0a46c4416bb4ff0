import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '#ground/platform/config/load-config.ts'
import { flowLimitsOf } from './flow-limits.ts'

const { config } = loadConfig(null, { MAILKEEP_FLOW_MESSAGES: '40' })
const site = { messages: 40, goodPercent: 90, badFailures: 3, staleMs: config['flow.staleAfter'] }

test('limits are those of a domain, and what it leaves open is as the site says', () => {
  const asked: string[] = []
  const settingsOf = (address: string) => {
    asked.push(address)
    return { 'flow.badFailures': '7', 'flow.goodPercent': 'site', tolerance: '100' }
  }
  assert.deepEqual(flowLimitsOf(config, settingsOf, 'a.test'), { ...site, badFailures: 7 })
  assert.deepEqual(asked, ['@a.test'])
})

test('without a directory they are those of the site', () => {
  const away = () => {
    throw new Error('there is no snapshot')
  }
  assert.deepEqual(flowLimitsOf(config, away, 'a.test'), site)
})
