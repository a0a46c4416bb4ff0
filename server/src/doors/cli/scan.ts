import type { Command } from './command.ts'
import { bytesField, numberField, textField } from './request-fields.ts'
import { createSuiteCommand, RequestError, type SuiteAnswer } from './suite-command.ts'

/** What the command asks; main.ts passes in who answers. */
export type RunScan = (request: {
  readonly message: Buffer
  readonly ip: string
  readonly helo: string
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
  readonly dns: unknown
  readonly nowMs: number
  readonly timeMs: number
}) => Promise<SuiteAnswer>

/** Longest time of one check where the request sets none. */
const defaultTimeMs = 30_000

/** `./mailkeep scan`: what the gateway would think of a message, and why. */
export function scanCommand(run: RunScan): Command {
  return createSuiteCommand({
    name: 'scan',
    summary: 'judge a message as the gateway does, offline',
    about:
      'Stdin: the message. Answer: verdict, disposition, score, reasons[], incomplete[], findings[],\nchanges[] (what would have changed it), versions of what decided. What a tenant has set or learnt is not asked.',
    inputField: 'message',
    flags: [
      { flag: 'ip', field: 'ip', kind: 'text', help: 'address of the client' },
      { flag: 'helo', field: 'helo', kind: 'text', help: 'name in HELO or EHLO' },
      { flag: 'mail-from', field: 'mailFrom', kind: 'text', help: 'envelope sender; empty for bounces' },
      { flag: 'rcpt-to', field: 'rcptTo', kind: 'text', help: 'envelope recipients, parted by commas' },
      { flag: 'dns', field: 'dns', kind: 'json', help: 'zone in JSON' },
    ],
    run: (request) => {
      const message = bytesField(request, 'message')
      if (message === null) throw new RequestError('bad-request', 'message is missing')
      return run({
        message,
        ip: textField(request, 'ip', '192.0.2.1'),
        helo: textField(request, 'helo', ''),
        mailFrom: textField(request, 'mailFrom', '').replace(/^<(.*)>$/s, '$1'),
        rcptTo: recipientsOf(request.rcptTo),
        dns: request.dns ?? null,
        nowMs: numberField(request, 'now', Date.now() / 1000) * 1000,
        timeMs: numberField(request, 'timeMs', defaultTimeMs),
      })
    },
  })
}

function recipientsOf(given: unknown): string[] {
  if (given === undefined || given === null) return []
  const list = typeof given === 'string' ? given.split(',') : given
  if (!Array.isArray(list) || list.some((each) => typeof each !== 'string'))
    throw new RequestError('bad-request', 'rcptTo is a list of addresses')
  return list.map((each: string) => each.trim().replace(/^<(.*)>$/s, '$1'))
}
