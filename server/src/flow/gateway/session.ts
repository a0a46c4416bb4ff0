import { ClientErrors } from './client-errors.ts'
import { CommandReader } from './command-reader.ts'
import type { Connection } from './connection.ts'
import type { GatewayContext } from './context.ts'
import type { DataReader } from './data-reader.ts'
import type { RefusedPart } from './refusal-notes.ts'
import { formatLines, formatReply, type Reply, replies } from './replies.ts'
import type { SessionClient, Transaction } from './session-state.ts'
import { verbs } from './verbs/table.ts'

/** What a verb answers: a reply, lines of EHLO, or nothing because it has written by itself. */
export type VerbAnswer = Reply | { readonly lines: readonly string[] } | null

/** By which door it came: mail of others, or people and servers of ours who log in (RFC 6409). */
export type Door = 'mx' | 'submission'

/** Bytes of a message on their way in. Without a reader they are skipped. */
interface IncomingData {
  readonly reader: DataReader | null
  /** True for DATA, which ends with a dot; false for a chunk of BDAT, which has a length. */
  readonly dotted: boolean
  left: number
  readonly done: () => Promise<VerbAnswer>
}

/**
 * One SMTP conversation (RFC 5321).
 *
 *   greeting   nothing may come from the client yet
 *   commands   lines are read and answered one after another; replies to a burst leave together (RFC 2920)
 *   data       bytes of a message are read; the answer comes at its end
 *   busy       an answer is being worked out; bytes wait, the socket is paused when they grow
 *   closed     nothing is read or written any more
 *
 * Nothing of a session survives a crash: what has not been answered 250 was never promised.
 */
export class Session {
  readonly context: GatewayContext
  readonly client: SessionClient
  readonly connection: Connection
  /** Address of the direct peer, which trust is given to; `client` may be somebody it speaks for. */
  readonly peer: string
  readonly door: Door
  /** Wrong passwords on this connection. */
  wrongLogins = 0
  transaction: Transaction | null = null
  messages = 0
  #state: 'greeting' | 'commands' | 'data' | 'busy' | 'closed' = 'greeting'
  #input: CommandReader
  #data: IncomingData | null = null
  #output = ''
  readonly #errors = new ClientErrors()
  /** The last bytes of the client. */
  #lastHeard: number
  /** The last answer of ours, which is when the client's time for a command begins. */
  #lastAnswer: number
  #startedAt: number
  #dataSince = 0
  #dataBytes = 0
  #stopping = false
  /** Takes the next line, which is no command but what we have asked for. */
  #expected: ((line: string) => VerbAnswer | Promise<VerbAnswer>) | null = null

  constructor(
    context: GatewayContext,
    connection: Connection,
    client: SessionClient,
    peer: string,
    door: Door = 'mx',
  ) {
    this.door = door
    this.context = context
    this.connection = connection
    this.client = client
    this.peer = peer
    this.#input = new CommandReader(context.settings['gateway.maxCommandLine'])
    this.#lastHeard = this.#lastAnswer = this.#startedAt = context.clock.now()
  }

  /** Sends the greeting; from here on the client may speak. */
  greet(): void {
    if (this.#state !== 'greeting') return
    if (this.#input.pending > 0) {
      this.refuse('connect', 'early-talker', replies.earlyTalker)
      return
    }
    this.#state = 'commands'
    this.#lastAnswer = this.context.clock.now()
    this.#answer(replies.greeting(this.context.settings['site.host']))
    this.#flush()
  }

  /** Takes bytes from the wire. */
  receive(chunk: Buffer): void {
    if (this.#state === 'closed') return
    this.#lastHeard = this.context.clock.now()
    this.#input.push(chunk)
    if (this.#state === 'greeting') return
    if (this.#state === 'busy') {
      if (this.#input.pending > 65_536) this.connection.pause()
      return
    }
    this.#pump()
  }

  /** The client went away, or the wire broke. */
  closed(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.reset()
  }

  /** Drops the open transaction. */
  reset(): void {
    this.transaction?.body?.abort()
    this.transaction = null
    this.#data = null
  }

  /** Asks the session to end when the message in flight is through. */
  stop(): void {
    this.#stopping = true
    if (this.#state === 'commands' || this.#state === 'greeting') this.#close(replies.shuttingDown)
  }

  get inFlight(): boolean {
    return this.#state === 'busy' || this.#state === 'data'
  }

  /** Looks whether the client has been silent or slow for too long; called every second or so. */
  checkTime(now: number): void {
    const { settings } = this.context
    if (this.#state === 'busy' || this.#state === 'closed') return
    const silentMs = now - this.#lastHeard
    if (this.#state === 'data') {
      const tooSlow =
        now - this.#dataSince > 60_000 &&
        this.#dataBytes / ((now - this.#dataSince) / 1000) < settings['gateway.dataMinRate']
      if (silentMs > settings['gateway.dataTimeout'] || tooSlow)
        this.refuse('data', 'too-slow', replies.timeout)
      return
    }
    // Not from the last byte: a letter a minute would keep a connection for good.
    if (now - this.#lastAnswer > settings['gateway.commandTimeout']) this.#close(replies.timeout)
    else if (this.#hasLastedLongEnough(now)) this.#close(replies.sessionOver)
  }

  /** A transaction gets some more time, but not all the time that it would like. */
  #hasLastedLongEnough(now: number): boolean {
    const { settings } = this.context
    const over = now - this.#startedAt - settings['gateway.sessionTimeout']
    return over > (this.transaction === null ? 0 : settings['gateway.commandTimeout'])
  }

  /** Writes a refusal to the ledger and, where the reply says so, ends the connection. */
  refuse(stage: string, reason: string, reply: Reply, refused?: RefusedPart): void {
    this.context.refusals.note(this, { stage, reason, reply, ...(refused && { refused }) })
    if (reply.close) this.#close(reply)
  }

  /** Goes on as if the connection had just begun (after STARTTLS and XCLIENT). */
  restart(): void {
    this.reset()
    this.client.login = null
    this.client.helo = ''
    this.client.esmtp = false
  }

  /** Switches to reading a message; `done` is called at its end, or when a chunk of BDAT is complete. */
  expectData(
    reader: DataReader,
    chunkSize: number | null,
    done: (reader: DataReader) => Promise<VerbAnswer>,
  ): void {
    this.#startData({ reader, dotted: chunkSize === null, left: chunkSize ?? 0, done: () => done(reader) })
  }

  /** The next line is the answer to a challenge of ours. */
  expectLine(read: (line: string) => VerbAnswer | Promise<VerbAnswer>): void {
    this.#expected = read
  }

  /** Reads and forgets a chunk that has no place, then answers. */
  skip(size: number, reply: Reply): void {
    this.#startData({ reader: null, dotted: false, left: size, done: async () => reply })
  }

  #startData(data: IncomingData): void {
    this.#data = data
    this.#state = 'data'
    this.#dataSince = this.context.clock.now()
    this.#dataBytes = 0
  }

  /** Whether bytes have come that the client could not yet have had reason to send. */
  get spokeTooSoon(): boolean {
    return this.#input.pending > 0
  }

  #pump(): void {
    while (this.#state === 'commands' || this.#state === 'data') {
      if (this.#state === 'data' ? !this.#readData() : !this.#readCommand()) break
    }
    this.#flush()
  }

  /** Reads and answers one command. False: more bytes are needed, or somebody else goes on. */
  #readCommand(): boolean {
    const line = this.#input.next()
    if (line === null) return false
    if (line.kind === 'bare-line-feed') {
      this.refuse('command', 'bare-line-feed', replies.bareLineFeed)
      return false
    }
    const expected = this.#expected
    this.#expected = null
    const answer =
      line.kind === 'too-long' ? replies.lineTooLong : expected ? expected(line.text) : this.#obey(line.text)
    if (answer instanceof Promise) {
      this.#await(answer)
      return false
    }
    this.#give(answer)
    return true
  }

  #obey(text: string): VerbAnswer | Promise<VerbAnswer> {
    const space = text.indexOf(' ')
    const name = (space < 0 ? text : text.slice(0, space)).toUpperCase()
    const verb = verbs.get(name)
    if (!verb) return replies.unknownCommand
    // RFC 2920: these commands end a group, so bytes behind them were sent blindly.
    if (verb.endsGroup && this.spokeTooSoon) {
      this.refuse('command', 'pipelining-abuse', replies.pipelineAbuse)
      return null
    }
    return verb.run(this, space < 0 ? '' : text.slice(space + 1).trim())
  }

  /** Reads message bytes. False: more are needed, or an answer is being worked out. */
  #readData(): boolean {
    const data = this.#data
    if (!data) return false
    const bytes = this.#input.take()
    if (bytes.length === 0 && (data.dotted || data.left > 0)) return false
    const { used, ended, wait } = this.#store(data, data.dotted ? bytes : bytes.subarray(0, data.left))
    this.#dataBytes += used
    data.left -= used
    if (used < bytes.length) this.#input.putBack(bytes.subarray(used))
    if (data.reader?.fault === 'bare-line-feed') {
      this.refuse('data', 'bare-line-feed', replies.bareLineFeed)
      return false
    }
    if (ended || (!data.dotted && data.left === 0)) {
      this.#data = null
      this.#await(data.done())
      return false
    }
    if (wait) this.#await(wait.then(() => 'more' as const))
    return !wait
  }

  #store(
    data: IncomingData,
    bytes: Buffer,
  ): { used: number; ended: boolean; wait: Promise<void> | undefined } {
    const body = this.transaction?.body
    let wait: Promise<void> | undefined
    const { used, ended } = data.reader?.read(bytes, (piece) => {
      wait = body?.write(piece) ?? wait
    }) ?? { used: bytes.length, ended: false }
    return { used, ended, wait }
  }

  /** Waits for an answer; the client's next bytes wait with us. */
  #await(answer: Promise<VerbAnswer | 'more'>): void {
    const before = this.#state
    this.#state = 'busy'
    this.#flush()
    answer.then(
      (value) => this.#goOn(before, value),
      (cause: unknown) => {
        this.context.log.error(
          { client: this.client.ip, cause: String((cause as Error).stack ?? cause) },
          'a command failed by a fault of ours',
        )
        this.reset()
        this.#goOn('commands', replies.ownFault(this.context.newId()))
      },
    )
  }

  #goOn(before: 'commands' | 'data' | 'greeting' | 'busy' | 'closed', value: VerbAnswer | 'more'): void {
    if (this.#state === 'closed') return
    this.#lastHeard = this.#lastAnswer = this.context.clock.now()
    this.connection.resume()
    if (value === 'more') this.#state = before
    else {
      // A verb may have switched to reading data meanwhile.
      this.#state = this.#data ? 'data' : 'commands'
      this.#give(value)
    }
    if (this.#stopping && this.#state === 'commands') this.#close(replies.shuttingDown)
    else this.#pump()
  }

  #give(answer: VerbAnswer): void {
    this.#lastAnswer = this.context.clock.now()
    if (answer === null) return
    if ('lines' in answer) this.#output += formatLines(250, answer.lines)
    else this.#answer(answer)
  }

  #answer(reply: Reply): void {
    if (reply.close) {
      this.#close(reply)
      return
    }
    this.#output += formatReply(reply)
    if (this.#errors.note(reply) > this.context.settings['gateway.maxErrors']) {
      this.refuse('command', 'too-many-errors', replies.tooManyErrors)
    }
  }

  #flush(): void {
    if (this.#output === '') return
    const text = this.#output
    this.#output = ''
    this.connection.write(text)
  }

  #close(reply: Reply): void {
    if (this.#state === 'closed') return
    this.#output += formatReply(reply)
    this.#flush()
    this.#state = 'closed'
    this.reset()
    this.connection.end()
  }
}
