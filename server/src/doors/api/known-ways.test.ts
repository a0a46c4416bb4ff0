import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KnownWays } from './known-ways.ts'

const ways = new KnownWays()
for (const [method, url] of [
  ...[
    ['GET', '/api/v1/keys'],
    ['HEAD', '/api/v1/keys'],
    ['POST', '/api/v1/keys'],
  ],
  ...[
    ['DELETE', '/api/v1/keys/:key'],
    ['POST', '/api/v1/keys/remove'],
    ['GET', '/*'],
  ],
] as const)
  ways.note(method ?? '', url ?? '')

test('an address tells its methods, also where a name stands for one of another address', () => {
  assert.deepEqual(ways.at('/api/v1/keys?limit=1'), ['GET', 'HEAD', 'POST'])
  assert.deepEqual(ways.at('/api/v1/keys/remove'), ['DELETE', 'POST'])
  assert.deepEqual(ways.at('/api/v1/keys/x'), ['DELETE'])
})

test('what is no address of the API is none, though the console has all others', () => {
  for (const path of ['/api/v1/keys/', '/api/v1/kyes', '/api', '/api/v1/keys/x/y'])
    assert.deepEqual(ways.at(path), [], path)
  assert.deepEqual(ways.at('/messages/x'), ['GET'])
})

test('a wrong method is told with the right ones, a wrong address as such', () => {
  const { status, allow } = ways.problemOf('PUT', '/api/v1/keys')
  assert.deepEqual([status, allow], [405, ['GET', 'HEAD', 'POST']])
  assert.equal(ways.problemOf('PUT', '/api/v1/kyes').status, 404)
})
