import { once } from 'node:events'
import type { Command, CommandStreams } from './command.ts'
import { readLines } from './request-line.ts'
import { commonFlags, readSuiteArguments, type SuiteFlag, UsageError } from './suite-flags.ts'

/** What a suite command answers, and whether it found something bad: exit code 1 of a single shot. */
export interface SuiteAnswer {
  readonly answer: object
  readonly found: boolean
}

/** One of the commands that outside suites use: JSON in, JSON out, offline, no state between requests. */
export interface SuiteCommand {
  readonly name: string
  readonly summary: string
  /** A line of help about stdin and the answer. */
  readonly about: string
  readonly flags: readonly SuiteFlag[]
  /** The request field that stdin fills in a single shot, as base64; or as text, where the field is one. */
  readonly inputField: string
  readonly inputIsText?: boolean
  /**
   * Answers one request. @throws an error with a `code` for requests that are wrong; others count as ours
   */
  readonly run: (request: Readonly<Record<string, unknown>>) => Promise<SuiteAnswer>
}

/** Longest line of a batch: a message of 150 MB in base64 and some room. */
const maxLine = 256 << 20

/** Makes the command: flags, single shot and `--batch` are the same for all. */
export function createSuiteCommand(suite: SuiteCommand): Command {
  return {
    name: suite.name,
    summary: suite.summary,
    async run(argv, io) {
      try {
        const { batch, help, defaults } = readSuiteArguments(argv, [...suite.flags, ...commonFlags])
        if (help) return await say(io, helpOf(suite), 0)
        return batch ? await runBatch(suite, defaults, io) : await runOnce(suite, defaults, io)
      } catch (cause) {
        if (!(cause instanceof UsageError)) throw cause
        io.stderr.write(`${cause.message}\nTry ./mailkeep ${suite.name} --help\n`)
        return 2
      }
    },
  }
}

async function runOnce(
  suite: SuiteCommand,
  defaults: Readonly<Record<string, unknown>>,
  io: CommandStreams,
): Promise<number> {
  const input = await readAll(io.stdin)
  const request =
    input.length > 0
      ? { ...defaults, [suite.inputField]: input.toString(suite.inputIsText ? 'utf8' : 'base64') }
      : defaults
  try {
    const { answer, found } = await suite.run(request)
    return await say(io, `${JSON.stringify(answer)}\n`, found ? 1 : 0)
  } catch (cause) {
    const { code, text } = errorOf(cause)
    if (code === 'internal') throw cause
    throw new UsageError(text)
  }
}

/** One answer a line, in the order of the requests; the exit code says only whether the call was right. */
async function runBatch(
  suite: SuiteCommand,
  defaults: Readonly<Record<string, unknown>>,
  io: CommandStreams,
): Promise<number> {
  for await (const line of readLines(io.stdin, maxLine)) {
    if (line?.trim() === '') continue
    await say(io, `${JSON.stringify(await answerLine(suite, defaults, line))}\n`, 0)
  }
  return 0
}

async function answerLine(
  suite: SuiteCommand,
  defaults: Readonly<Record<string, unknown>>,
  line: string | null,
): Promise<object> {
  let id: unknown = null
  try {
    if (line === null) throw new RequestError('line-too-long', `a line may have ${maxLine} bytes`)
    const request = readRequest(line)
    id = request.id ?? null
    const { answer } = await suite.run({ ...defaults, ...request })
    return { id, ...answer }
  } catch (cause) {
    return { id, error: errorOf(cause) }
  }
}

function readRequest(line: string): Record<string, unknown> {
  let request: unknown
  try {
    request = JSON.parse(line)
  } catch {
    throw new RequestError('bad-json', 'the line is no JSON')
  }
  if (typeof request === 'object' && request !== null && !Array.isArray(request))
    return request as Record<string, unknown>
  throw new RequestError('bad-request', 'a request is a JSON object')
}

/** A request that is wrong in itself. */
export class RequestError extends Error {
  readonly code: string
  constructor(code: string, text: string) {
    super(text)
    this.name = 'RequestError'
    this.code = code
  }
}

/** Errors with one of our codes are about the request; Node's own are in capitals, and those are ours to mend. */
function errorOf(cause: unknown): { code: string; text: string } {
  const { code, name, message } = cause as { code?: unknown; name?: string; message?: string }
  if (name === 'TimeoutError') return { code: 'time-over', text: 'the time for the request is over' }
  if (typeof code === 'string' && /^[a-z-]+$/.test(code)) return { code, text: message ?? '' }
  return { code: 'internal', text: 'the request could not be answered' }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const piece of stream) parts.push(Buffer.isBuffer(piece) ? piece : Buffer.from(piece))
  return Buffer.concat(parts)
}

/** Writes and waits until the stream takes more, so that answers to a slow reader do not pile up. */
async function say(io: CommandStreams, text: string, exitCode: number): Promise<number> {
  if (!io.stdout.write(text)) await once(io.stdout, 'drain')
  return exitCode
}

function helpOf(suite: SuiteCommand): string {
  const line = (flag: string, help: string) => `  ${`--${flag}`.padEnd(18)} ${help}`
  const flags = [...suite.flags, ...commonFlags].map(({ flag, kind, help }) => {
    const argument = kind === 'file' || kind === 'json' ? 'FILE' : kind === 'number' ? 'N' : 'TEXT'
    return line(`${flag} ${argument}`, help)
  })
  const batch = 'one JSON request a line on stdin, one JSON answer a line on stdout; fields win over flags'
  return `./mailkeep ${suite.name} [flags]: ${suite.summary}

${suite.about}

${[...flags, line('batch', batch), line('help', 'this text')].join('\n')}

Exit code: 0 fine, 1 found something, 2 wrong use. In a batch: 0 or 2.
`
}
