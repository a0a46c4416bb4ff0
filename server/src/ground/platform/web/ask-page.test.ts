import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import type { DnsAnswer, RecordType, Resolver } from '../dns/resolver.ts'
import { NetworkList } from '../network-list.ts'
import { askPage, type PageRules } from './ask-page.ts'

/** Names with the addresses that each question for them meets, one after the other. */
function resolverOf(names: Record<string, string[][]>): Resolver & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async lookup<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
      asked.push(`${name} ${type}`)
      const answers = names[name]
      if (!answers) return { status: 'nxdomain' }
      const all = answers.length > 1 && type === 'A' ? answers.shift()! : answers[0]!
      const records = all.filter((each) => each.includes(':') === (type === 'AAAA'))
      return (records.length > 0 ? { status: 'found', records } : { status: 'nodata' }) as DnsAnswer<T>
    },
  }
}

async function withServer(listener: RequestListener, work: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await work((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

function rulesFor(resolver: Resolver, more: Partial<PageRules> = {}): PageRules {
  return {
    resolver,
    allowed: new NetworkList(['127.0.0.0/8']),
    timeoutMs: 1000,
    userAgent: 'Mailkeep test',
    mostBytes: 1000,
    ...more,
  }
}

describe('a page of strangers', () => {
  test('is asked by its name, at the address that was checked, without cookies or credentials', async () => {
    const seen: unknown[] = []
    await withServer(
      (request, response) => {
        seen.push({ method: request.method, url: request.url, headers: request.headers })
        response.writeHead(301, { location: 'https://else.example/', 'set-cookie': 'a=b' }).end()
      },
      async (port) => {
        const resolver = resolverOf({ 's.example': [['127.0.0.1']] })
        const outcome = await askPage(new URL(`http://s.example:${port}/x?y#z`), 'HEAD', rulesFor(resolver))
        assert(outcome.kind === 'answered')
        assert.equal(outcome.answer.status, 301)
        assert.equal(outcome.answer.location, 'https://else.example/')
        assert.deepEqual(seen, [
          {
            method: 'HEAD',
            url: '/x?y',
            headers: {
              host: `s.example:${port}`,
              'user-agent': 'Mailkeep test',
              accept: 'text/html',
              connection: 'close',
            },
          },
        ])
      },
    )
  })

  test('is not asked where any of its addresses is not public, and no connection is made', async () => {
    let connections = 0
    await withServer(
      () => connections++,
      async (port) => {
        const none = { allowed: new NetworkList([]) }
        for (const addresses of [
          ['127.0.0.1'],
          ['8.8.8.8', '127.0.0.1'],
          ['169.254.169.254'],
          ['::1'],
          ['fd00:ec2::254', '8.8.8.8'],
        ]) {
          const resolver = resolverOf({ 's.example': [addresses] })
          const outcome = await askPage(new URL(`http://s.example:${port}/`), 'GET', rulesFor(resolver, none))
          assert.equal(outcome.kind, 'refused', addresses.join())
        }
        for (const url of [
          `http://127.0.0.1:${port}/`,
          'http://[::1]/',
          'http://[::ffff:127.0.0.1]/',
          'http://0x7f.1/',
          'http://2130706433/',
        ])
          assert.equal(
            (await askPage(new URL(url), 'GET', rulesFor(resolverOf({}), none))).kind,
            'refused',
            url,
          )
        assert.equal(connections, 0)
      },
    )
  })

  test('a name that changes its address after it was checked changes nothing', async () => {
    let connections = 0
    await withServer(
      (_request, response) => {
        connections++
        response.end()
      },
      async (port) => {
        // The first answer is public, all later ones lead to this server: who looks the name up twice is caught.
        const resolver = resolverOf({ 'rebind.example': [['192.88.98.1'], ['127.0.0.1']] })
        const rules = rulesFor(resolver, { allowed: new NetworkList(['192.88.98.0/24']), timeoutMs: 300 })
        const outcome = await askPage(new URL(`http://rebind.example:${port}/`), 'GET', rules)
        assert.notEqual(outcome.kind, 'answered')
        assert.equal(connections, 0)
        assert.deepEqual(resolver.asked, ['rebind.example A', 'rebind.example AAAA'])
        // Asked again, it is looked at again.
        const again = await askPage(new URL(`http://rebind.example:${port}/`), 'GET', rules)
        assert.equal(again.kind, 'refused')
        assert.equal(connections, 0)
      },
    )
  })

  test('other schemes, ports and credentials are refused before anything is looked up', async () => {
    const resolver = resolverOf({ 's.example': [['8.8.8.8']] })
    const rules = rulesFor(resolver)
    for (const url of [
      'ftp://s.example/',
      'file:///etc/passwd',
      'http://a:b@s.example/',
      'javascript:alert(1)',
    ])
      assert.equal((await askPage(new URL(url), 'GET', rules)).kind, 'refused', url)
    assert.deepEqual(resolver.asked, [])
    assert.equal((await askPage(new URL('http://s.example:22/'), 'GET', rules)).kind, 'refused')
  })

  test('one that never ends, says nothing, or sends endless headers costs its bounds', async () => {
    await withServer(
      (request, response) => {
        if (request.url === '/silent') return
        if (request.url === '/headers') {
          request.socket.write(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(100_000)}`)
          return
        }
        response.writeHead(200, { 'content-type': 'text/html' })
        const more = () => response.write('a'.repeat(10_000)) && setImmediate(more)
        response.on('drain', more)
        response.on('error', () => undefined)
        more()
      },
      async (port) => {
        const resolver = resolverOf({ 's.example': [['127.0.0.1']] })
        const ask = (path: string) =>
          askPage(new URL(`http://s.example:${port}${path}`), 'GET', rulesFor(resolver, { timeoutMs: 500 }))
        const endless = await ask('/endless')
        assert(endless.kind === 'answered' && endless.answer.body.length === 1000)
        const started = performance.now()
        assert.equal((await ask('/silent')).kind, 'failed')
        assert.equal((await ask('/headers')).kind, 'failed')
        assert(performance.now() - started < 10_000)
      },
    )
  })
})
