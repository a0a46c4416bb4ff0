import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyReply } from 'fastify'
import { dropCookie, readCookie, sendCookie } from './cookie.ts'

const secret = 's'.repeat(43)

/** What a door sets. */
function setBy(give: (reply: FastifyReply) => void): string {
  let set = ''
  give({ header: (_name: string, value: string) => (set = value) } as unknown as FastifyReply)
  return set
}

test('under HTTPS the session has a name that no other host can set, and no other name is read', () => {
  const set = setBy((reply) => sendCookie(reply, secret, true))
  assert.equal(set, `__Host-mailkeep=${secret}; Path=/; HttpOnly; SameSite=Lax; Secure`)
  const asked = (cookie: string, isSecure: boolean) => readCookie({ headers: { cookie } }, isSecure)
  const planted = 'p'.repeat(43)
  assert.equal(asked(`mailkeep=${planted}; __Host-mailkeep=${secret}`, true), secret)
  assert.equal(asked(`mailkeep=${planted}`, true), null)
  assert.match(
    setBy((reply) => dropCookie(reply, true)),
    /^__Host-mailkeep=; Path=\/; .*Secure; Max-Age=0$/,
  )
})

test('without HTTPS, as on this machine alone, it has a plain name', () => {
  const set = setBy((reply) => sendCookie(reply, secret, false))
  assert.equal(set, `mailkeep=${secret}; Path=/; HttpOnly; SameSite=Lax`)
  assert.equal(readCookie({ headers: { cookie: `mailkeep=${secret}` } }, false), secret)
})
