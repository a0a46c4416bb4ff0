import { createConnection, type Socket } from 'node:net'
import type { ClamdAddress } from './clamd-address.ts'

/** A scanner that could not be asked, or gave no answer: says nothing about the message. */
export class ScannerAway extends Error {
  readonly code = 'scanner-away'
  /** It had taken the connection: the stream may be what it fell over. */
  readonly connected: boolean
  constructor(why: string, connected = false) {
    super(why)
    this.name = 'ScannerAway'
    this.connected = connected
  }
}

/** Bytes of one chunk on the wire; far below any limit of a scanner, large enough to be cheap. */
const chunkBytes = 64 << 10
/** Longest reply that is kept; real ones are a line. */
const longestReply = 4096

export type Chunks = AsyncIterable<Buffer> | Iterable<Buffer>

/**
 * Sends one command to a scanner, with a stream behind it where there is one, and answers its reply.
 * One connection a command: nothing of one message can be taken for the answer to another.
 * @throws ScannerAway where there is no reply
 */
export async function askClamd(
  address: ClamdAddress,
  command: 'PING' | 'VERSION' | 'INSTREAM' | 'RELOAD' | 'STATS',
  chunks: Chunks | null,
  signal: AbortSignal,
): Promise<string> {
  const socket = createConnection(address)
  const reply = readReply(socket, signal)
  // The reply is waited for at the end; a failure before that must not count as nobody's.
  reply.catch(() => undefined)
  try {
    await Promise.race([send(socket, command, chunks), reply])
    return await reply
  } finally {
    socket.destroy()
  }
}

/** Everything up to the NUL that ends a reply, or the end of the connection. */
function readReply(socket: Socket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let connected = false
    const away = (why: string) => give(new ScannerAway(why, connected))
    const give = (up: Error) => {
      signal.removeEventListener('abort', stop)
      // A scanner may answer that a stream is too long and close while we still write: its words count.
      if (text !== '') resolve(text)
      else reject(up)
    }
    const stop = () => away('it did not answer in time')
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    socket.on('connect', () => {
      connected = true
    })
    socket.on('data', (chunk) => {
      text = (text + chunk.toString('latin1')).slice(0, longestReply)
      if (text.includes('\0')) away('it did not answer')
    })
    socket.on('error', (cause) => away(cause.message))
    socket.on('close', () => away('it closed the connection without an answer'))
  })
}

async function send(socket: Socket, command: string, chunks: Chunks | null): Promise<void> {
  socket.write(`z${command}\0`)
  if (chunks === null) return
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += chunkBytes) {
      // A copy: the chunk is its maker's again once the next one is asked for, and the socket may still hold it.
      const framed = frame(chunk.subarray(at, at + chunkBytes))
      if (socket.destroyed) return
      if (!socket.write(framed)) await drained(socket)
    }
  }
  socket.write(Buffer.alloc(4))
}

function frame(bytes: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(4 + bytes.length)
  framed.writeUInt32BE(bytes.length)
  bytes.copy(framed, 4)
  return framed
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done)
      socket.off('close', done)
      resolve()
    }
    socket.on('drain', done)
    socket.on('close', done)
  })
}
