import { randomInt } from 'node:crypto'
import { askTcp } from './ask-tcp.ts'
import { askUdp } from './ask-udp.ts'
import { encodeQuestion, type Reading, readReply, type TimedAnswer } from './dns-message.ts'
import type { DnsServerAddress } from './dns-server-address.ts'
import type { RecordType } from './resolver.ts'

/** What one server made of one question; `reached` is false where nothing came back at all. */
export interface ServerAnswer<T extends RecordType> {
  readonly timed: TimedAnswer<T>
  readonly reached: boolean
}

/**
 * Asks one server: UDP, then TCP where the reply was cut, then once more without EDNS0 where the
 * server does not know it. All within `timeoutMs`. Never throws.
 * @param name in lower case without trailing dot, as normalizeDomainName gives it
 */
export async function askServer<T extends RecordType>(
  server: DnsServerAddress,
  name: string,
  type: T,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ServerAnswer<T>> {
  const end = performance.now() + timeoutMs
  let reached = false
  let edns = true
  let overTcp = false
  for (let step = 0; step < 4; step++) {
    const left = end - performance.now()
    if (left <= 0) break
    const id = randomInt(65_536)
    const question = encodeQuestion(id, name, type, edns)
    const take = (reply: Buffer): Reading<T> | null => {
      const reading = readReply(reply, id, name, type)
      return reading.kind === 'stranger' ? null : reading
    }
    const reading = await (overTcp ? askTcp : askUdp)(server, question, left, signal, take)
    if (reading === 'timeout') break
    if (reading === 'unreachable') return unreachable(server, reached, overTcp)
    reached = true
    if (reading.kind === 'answer') return { timed: reading.timed, reached }
    if (reading.kind === 'truncated' && !overTcp) overTcp = true
    else if (reading.kind === 'no-edns' && edns) edns = false
    else break
  }
  return failed('timeout', reached, `${server.text} gave no whole answer in ${timeoutMs} ms`)
}

/** A cut answer and no way to the rest is trouble of the server, not of the name: others may know. */
function unreachable<T extends RecordType>(
  server: DnsServerAddress,
  reached: boolean,
  overTcp: boolean,
): ServerAnswer<T> {
  const text = overTcp
    ? `${server.text} cuts its answer and takes no TCP`
    : `${server.text} cannot be reached`
  return failed(reached ? 'servfail' : 'timeout', reached, text)
}

function failed<T extends RecordType>(
  status: 'servfail' | 'timeout',
  reached: boolean,
  reason: string,
): ServerAnswer<T> {
  return { timed: { answer: { status, reason }, ttl: null }, reached }
}
