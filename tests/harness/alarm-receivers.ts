import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

type Json = Readonly<Record<string, unknown>>

/** What a receiver does with a post instead of looking at it: a code that it answers, nothing at all, or nothing until then. */
export type Mood = number | 'hang' | Promise<void> | null

/**
 * A server that takes alarms in one form and looks at them as strictly as that form is written down; what is wrong
 * with one is answered 400 and kept.
 */
export class AlarmReceiver implements AsyncDisposable {
  readonly taken: Json[] = []
  readonly wrong: string[] = []
  /** Posts that came, whatever became of them. */
  asked = 0
  mood: Mood = null
  readonly url: string
  readonly #server: ReturnType<typeof createServer>

  private constructor(server: ReturnType<typeof createServer>, path: string) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  }

  static async start(check: (body: Json, text: string, request: IncomingMessage) => void, path = '/hook') {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const receiver = new AlarmReceiver(server, path)
    server.on('request', async (request, response) => {
      let text = ''
      for await (const chunk of request) text += chunk
      receiver.asked += 1
      if (receiver.mood === 'hang') return
      if (typeof receiver.mood === 'number') return response.writeHead(receiver.mood).end()
      await receiver.mood
      // Whoever has given up waiting is no caller any more.
      if (response.destroyed) return
      try {
        assert.equal(request.method, 'POST')
        assert.equal(request.headers['content-type'], 'application/json')
        const body = JSON.parse(text)
        check(body, text, request)
        receiver.taken.push(body)
        response.writeHead(202).end('{}')
      } catch (cause) {
        receiver.wrong.push((cause as Error).message)
        response.writeHead(400).end()
      }
      return undefined
    })
    return receiver
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

function onlyKeys(given: unknown, ...names: string[]): asserts given is Json {
  assert.ok(given !== null && typeof given === 'object')
  for (const name of Object.keys(given)) assert.ok(names.includes(name), `there is no field ${name}`)
}

function text(value: unknown, most: number, name: string): asserts value is string {
  assert.equal(typeof value, 'string', name)
  assert.ok((value as string).length > 0 && (value as string).length <= most, `${name} is too long, or empty`)
}

/** An event as PagerDuty's Events API v2 takes it. */
export function checkPagerEvent(body: Json, whole: string): void {
  assert.ok(Buffer.byteLength(whole) <= 512 << 10, 'an event is too large')
  onlyKeys(body, ...['routing_key', 'event_action', 'dedup_key', 'payload', 'links', 'client', 'client_url'])
  assert.match(String(body.routing_key), /^[A-Za-z0-9]{32}$/)
  assert.ok(['trigger', 'resolve'].includes(String(body.event_action)))
  text(body.dedup_key, 255, 'dedup_key')
  const { payload, links } = body
  onlyKeys(
    payload,
    ...['summary', 'source', 'severity', 'timestamp', 'component', 'group', 'class', 'custom_details'],
  )
  text(payload.summary, 1024, 'summary')
  text(payload.source, 255, 'source')
  assert.ok(['critical', 'error', 'warning', 'info'].includes(String(payload.severity)))
  assert.match(String(payload.timestamp), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  for (const name of ['component', 'group', 'class']) text(payload[name], 255, name)
  assert.ok(Array.isArray(links))
  for (const each of links) {
    onlyKeys(each, 'href', 'text')
    assert.ok(URL.canParse(String(each.href)))
  }
}

/** A message as Slack's incoming webhooks take it; nothing in it calls a channel or leads elsewhere than to us. */
export function checkSlackMessage(body: Json): void {
  onlyKeys(body, 'text', 'blocks')
  text(body.text, 40_000, 'text')
  const { blocks } = body
  assert.ok(Array.isArray(blocks) && blocks.length > 0 && blocks.length <= 50)
  const marked: string[] = [String(body.text)]
  for (const block of blocks) {
    assert.ok(['header', 'section', 'context'].includes(block.type))
    const parts = block.type === 'context' ? block.elements : [block.text]
    assert.ok(parts.length > 0 && parts.length <= 10)
    for (const each of parts) {
      onlyKeys(each, 'type', 'text')
      assert.equal(each.type, block.type === 'header' ? 'plain_text' : 'mrkdwn')
      text(each.text, block.type === 'header' ? 150 : 3000, block.type)
      if (each.type === 'mrkdwn') marked.push(each.text)
    }
  }
  for (const each of marked) {
    assert.doesNotMatch(each, /<[!@#]/, 'a channel or a person is called')
    for (const [, url = ''] of each.matchAll(/<([^>|]*)/g))
      assert.match(url, /^https?:\/\/127\.0\.0\.1|^https:\/\/mail\.example/)
    assert.doesNotMatch(each.replace(/&(amp|lt|gt);/g, ''), /&/, 'an escape is cut')
  }
}

/** Our own form, signed with a secret. */
export function checkSignedAlarm(secret: () => string) {
  return (body: Json, whole: string, request: IncomingMessage): void => {
    const [, at = '', sign = ''] =
      /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['mailkeep-signature'])) ?? []
    assert.equal(sign, createHmac('sha256', secret()).update(`${at}.${whole}`).digest('hex'), 'signature')
    assert.equal(request.headers['mailkeep-delivery'], body.id)
    onlyKeys(
      body,
      ...['id', 'notice', 'kind', 'headline', 'severity', 'scope', 'since', 'ended', 'count', 'groups'],
      ...['incidents', 'url', 'alarms'],
    )
    assert.ok(['raised', 'update', 'over', 'wrong', 'test', 'drill'].includes(String(body.kind)))
    assert.ok(Array.isArray(body.alarms) && body.alarms.length <= 500)
  }
}
