import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { backTo, leaveList } from './list-left.ts'

describe('the way back to a list', () => {
  test('leads to the list with the filters and the scope that it had', () => {
    const left = leaveList({ pathname: '/messages', search: '?state=held&q=invoice&scope=tenant:bakery' })
    assert.equal(backTo('/messages', left), '/messages?state=held&q=invoice&scope=tenant:bakery')
  })

  test('leads to the plain list from a page that was opened by itself', () => {
    assert.equal(backTo('/messages', null), '/messages')
    assert.equal(backTo('/messages', { key: 'x' }), '/messages')
    assert.equal(backTo('/messages', { listLeft: 7 }), '/messages')
  })

  test('never leads to another page than the one that it names', () => {
    assert.equal(backTo('/messages', leaveList({ pathname: '/', search: '?time=day' })), '/messages')
    assert.equal(backTo('/messages', leaveList({ pathname: '/messages/x', search: '' })), '/messages')
  })
})
