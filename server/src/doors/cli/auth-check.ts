import type { Command } from './command.ts'
import { bytesField, numberField, textField } from './request-fields.ts'
import { createSuiteCommand, RequestError, type SuiteAnswer } from './suite-command.ts'

/** What the command asks; app.ts passes in who answers. */
export type RunAuthCheck = (
  request: {
    readonly op: 'verify' | 'sign' | 'seal'
    readonly ip: string | null
    readonly helo: string
    readonly mailFrom: string
    readonly message: Buffer | null
    readonly dns: unknown
    readonly domain: string | null
    readonly selector: string | null
    readonly key: string | null
    readonly nowSeconds: number
  },
  signal: AbortSignal,
) => Promise<SuiteAnswer>

/** Longest time of one request where it sets none. */
const defaultTimeMs = 30_000

/** `./mailkeep auth-check`: SPF, DKIM, ARC and DMARC of one message, or a signature or seal for it. */
export function authCheckCommand(run: RunAuthCheck): Command {
  return createSuiteCommand({
    name: 'auth-check',
    summary: 'checks SPF, DKIM, ARC and DMARC of a message, signs or seals it',
    about:
      'The message comes on stdin; without one only SPF is checked. Nothing is asked but the zone of --dns.',
    inputField: 'message',
    flags: [
      { flag: 'ip', field: 'ip', kind: 'text', help: 'address of the client' },
      { flag: 'helo', field: 'helo', kind: 'text', help: 'name in HELO or EHLO' },
      { flag: 'mail-from', field: 'mailFrom', kind: 'text', help: 'envelope sender; empty for bounces' },
      { flag: 'dns', field: 'dns', kind: 'json', help: 'zone in JSON' },
      { flag: 'op', field: 'op', kind: 'text', help: 'verify (default), sign or seal' },
      { flag: 'domain', field: 'domain', kind: 'text', help: 'domain that signs or seals' },
      { flag: 'selector', field: 'selector', kind: 'text', help: 'selector of the key' },
      { flag: 'key', field: 'key', kind: 'file', help: 'private key: PEM, or 32 bytes of Ed25519 in base64' },
    ],
    run: (request) => {
      const op = textField(request, 'op', 'verify')
      if (op !== 'verify' && op !== 'sign' && op !== 'seal')
        throw new RequestError('bad-request', 'op is verify, sign or seal')
      const question = {
        op,
        ip: textField(request, 'ip', null),
        helo: textField(request, 'helo', ''),
        mailFrom: textField(request, 'mailFrom', '').replace(/^<(.*)>$/s, '$1'),
        message: bytesField(request, 'message'),
        dns: request.dns ?? null,
        domain: textField(request, 'domain', null),
        selector: textField(request, 'selector', null),
        key: textField(request, 'key', null),
        nowSeconds: Math.floor(numberField(request, 'now', Date.now() / 1000)),
      } as const
      return run(question, AbortSignal.timeout(numberField(request, 'timeMs', defaultTimeMs)))
    },
  })
}
