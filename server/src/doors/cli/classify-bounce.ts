import type { Command } from './command.ts'
import { bytesField, textField } from './request-fields.ts'
import { createSuiteCommand, RequestError, type SuiteAnswer } from './suite-command.ts'

/** What the command asks; main.ts passes in who classifies. Exactly one of the two is not null. */
export type RunClassifyBounce = (request: {
  readonly message: Buffer | null
  /** What a server answered, as text. */
  readonly reply: string | null
  /** Name of the server that said it; empty: not known. */
  readonly host: string
}) => Promise<SuiteAnswer>

/** `./mailkeep classify-bounce`: what a bounce or a reply of a server means, as JSON. */
export function classifyBounceCommand(run: RunClassifyBounce): Command {
  return createSuiteCommand({
    name: 'classify-bounce',
    summary: 'says what a bounce, or the reply of a server, means',
    about:
      'The bounce comes on stdin; or the answer of a server is given with --reply.\n"reason" is a word of the list in docs/reference/bounces.md.',
    inputField: 'message',
    flags: [
      { flag: 'reply', field: 'reply', kind: 'text', help: 'what a server answered, instead of a message' },
      { flag: 'host', field: 'host', kind: 'text', help: 'name of the server that answered' },
    ],
    run: (request) => {
      const message = bytesField(request, 'message')
      const reply = textField(request, 'reply', null)
      if ((message === null) === (reply === null))
        throw new RequestError('bad-request', 'give a message, or a reply')
      return run({ message, reply, host: textField(request, 'host', '') })
    },
  })
}
