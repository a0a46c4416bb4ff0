import type { Command } from './command.ts'
import { bytesField, textField } from './request-fields.ts'
import { createSuiteCommand, RequestError, type SuiteAnswer } from './suite-command.ts'

const types = ['dsn', 'arf', 'dmarc', 'tlsrpt'] as const

/** What the command asks; main.ts passes in who reads. */
export type RunParseReport = (request: {
  /** A message, or the file of a report. */
  readonly bytes: Buffer
  /** Null: whatever it is. */
  readonly type: 'dsn' | 'arf' | 'dmarc' | 'tlsrpt' | null
}) => Promise<SuiteAnswer>

/** `./mailkeep parse-report`: a report between mail systems as JSON. */
export function parseReportCommand(run: RunParseReport): Command {
  return createSuiteCommand({
    name: 'parse-report',
    summary: 'reads a DMARC, TLS, delivery or feedback report',
    about:
      'The message that brings the report comes on stdin, or the file of the report itself, packed or not.\nWhat is no report, or a broken one, is told in "error".',
    inputField: 'message',
    flags: [{ flag: 'type', field: 'type', kind: 'text', help: `auto (default), ${types.join(', ')}` }],
    run: (request) => {
      const asked = textField(request, 'type', 'auto')
      const type = types.find((each) => each === asked) ?? null
      if (type === null && asked !== 'auto')
        throw new RequestError('bad-request', `type is auto, ${types.join(', ')}`)
      const bytes = bytesField(request, 'message') ?? bytesField(request, 'data')
      if (bytes === null) throw new RequestError('bad-request', 'give a message, or data')
      return run({ bytes, type })
    },
  })
}
