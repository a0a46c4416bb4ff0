import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placeOf } from './alarm-place.ts'

test('an alarm leads to the page of what it is about', () => {
  const of = (name: string, subject: string) => placeOf({ name, subject })
  assert.equal(of('mail-flow', 'a.test'), '/domains/a.test')
  assert.equal(of('directory-shrink', 'a.test'), '/domains/a.test?tab=people')
  assert.equal(of('directory-shrink', '*'), '/tenants?list=domains')
  assert.equal(of('dkim-record', 'mk20261101e of a.test'), '/domains/a.test?tab=signing')
  assert.equal(of('sync-shrink', 's1 of tenant:one'), '/sync/s1')
  assert.equal(of('webhook-paused', 'h1 of tenant:one'), '/webhooks/h1')
  assert.equal(of('rule-target-fails', 'boss@a.test'), '/messages?state=held&recipient=boss%40a.test')
  assert.equal(of('sender-suspended', 'offers@a.test'), '/suspended')
  assert.equal(of('next-hop-down', 'smtp://192.0.2.1'), '/queue')
  assert.equal(of('disk-full', 'node-1'), null)
})
