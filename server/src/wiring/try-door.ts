import { connect } from 'node:net'

/** A door that has not said what it should by then does not do. */
const waitMs = 20_000
const mostBytes = 20_000

/** What we say, and the reply that has to come to it; the last one ends it. */
const dialogue = (host: string, kind: DoorKind) => [
  { say: null, wants: 220 },
  { say: `EHLO ${host}`, wants: 250 },
  // Where one has to log in first, MAIL would be a refusal, which somebody would read of.
  { say: kind === 'mx' ? 'MAIL FROM:<>' : 'NOOP', wants: 250 },
  { say: 'RSET', wants: 250 },
  { say: 'QUIT', wants: 221 },
]

/** For mail of the world, or for what our own people send. */
export type DoorKind = 'mx' | 'submission'

/**
 * Goes through a door for mail as a client does, as far as one can without leaving a message.
 * @param localAddress the address of this machine that it comes from; absent: the system chooses
 */
export function tryDoor(
  place: { readonly ip: string; readonly port: number },
  host: string,
  kind: DoorKind,
  localAddress?: string,
): Promise<{ readonly failed: string | null }> {
  return new Promise((resolve) => {
    const steps = dialogue(host, kind)
    let text = ''
    const socket = connect({ host: place.ip, port: place.port, ...(localAddress && { localAddress }) })
    const end = (failed: string | null) => {
      socket.destroy()
      resolve({ failed })
    }
    socket.setTimeout(waitMs, () => end(`it said nothing for ${waitMs / 1000} s`))
    socket.once('error', (cause) => end(cause.message))
    socket.once('close', () => end(steps.length === 0 ? null : 'it hung up'))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.length > mostBytes) return end('it said far too much')
      const last = /(?:^|\r\n)(\d{3}) [^\r\n]*\r\n$/.exec(text)
      if (!last) return
      const step = steps.shift()
      if (Number(last[1]) !== step?.wants)
        return end(`it answered ${(step?.say ?? 'a connection').trim()} with ${text.trim().slice(0, 200)}`)
      text = ''
      const next = steps[0]
      if (next?.say) socket.write(`${next.say}\r\n`)
      else end(null)
    })
  })
}
