import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { type RoleName, roles } from '#services/access/roles.ts'
import type { ApiParts } from './api-parts.ts'
import { SignInProbe } from './probe-sign-in.ts'

interface Asked {
  readonly url: string
  readonly headers: { readonly host: string; readonly cookie?: string }
}

/** Probes a door whose cookies are like these, until a whole round is done; answers what rings, and the paths that were tried. */
async function probe(cookieAt: (host: string) => string) {
  const ringing = new Map<string, string>()
  const tried = new Set<string>()
  const inOrder = Promise.withResolvers<void>()
  let role: RoleName = 'operator'
  const app = {
    async inject({ url, headers: { host } }: Asked) {
      if (url === '/api/v1/me') return { statusCode: 200, json: () => ({ rights: roles[role].rights }) }
      const isLink = url.startsWith('/sign-in/link/')
      return { statusCode: isLink ? 303 : 200, headers: isLink ? { 'set-cookie': cookieAt(host) } : {} }
    },
  }
  const parts = {
    config: {
      ...{ 'console.probeEvery': 5, 'node.name': 'one' },
      'console.url': 'https://Mail.House.test:8443/',
    },
    maintenance: { now: null },
    brands: { hosts: () => ['mail.brand.test', 'mail.house.test:8443'] },
    tenancy: { tenants: async () => [{ id: 'house', level: 'operator' }] },
    access: {
      managers: async () => [{}],
      async manager(id: string) {
        role = id.replace('probe.', '') as RoleName
        return {}
      },
      putLink: async () => undefined,
    },
    clock: { now: () => 0 },
    probes: { noteProbes: async ([each]: { path: string }[]) => void tried.add(each?.path ?? '') },
    alarms: {
      raise: (_name: string, subject: string, text: string) => ringing.set(subject, text),
      clear: (_name: string, subject: string) => subject === 'everybody' && inOrder.resolve(),
    },
  }
  const tries = new SignInProbe(app as unknown as FastifyInstance, parts as unknown as ApiParts)
  await inOrder.promise
  tries.stop()
  return { ringing, tried: [...tried] }
}

test('each role is tried under the name of this machine, the public one and those of brands, once each', async () => {
  const { ringing, tried } = await probe(() => 'mailkeep=secret; Path=/')
  const hosts = ['localhost', 'mail.house.test:8443', 'mail.brand.test']
  assert.deepEqual(
    tried,
    hosts.flatMap((host) => Object.keys(roles).map((role) => `${role} at ${host}`)),
  )
  assert.deepEqual([...ringing], [])
})

test('a cookie for a domain in the place of the host rings, for that name alone', async () => {
  const { ringing } = await probe((host) =>
    host === 'mail.house.test:8443'
      ? 'mailkeep=secret; Path=/; Domain=house.test'
      : 'mailkeep=secret; Path=/',
  )
  assert.deepEqual(
    [...ringing.keys()],
    Object.keys(roles).map((role) => `${role} at mail.house.test:8443`),
  )
  assert.match([...ringing.values()].join(), /the cookie names a domain/)
})
