import type { Command } from './command.ts'
import { textField } from './request-fields.ts'
import { createSuiteCommand, RequestError } from './suite-command.ts'

/** What the command asks; main.ts passes in who answers. */
export type Sanitize = (html: string) => { readonly html: string; readonly removed: readonly string[] }

/** `./mailkeep sanitize`: HTML of a message as the safe preview shows it. */
export function sanitizeCommand(load: () => Promise<Sanitize>): Command {
  return createSuiteCommand({
    name: 'sanitize',
    summary: 'makes HTML of mail harmless, as the preview shows it',
    about: 'The HTML comes on stdin. Answer: html, removed (what fell, each kind once).',
    inputField: 'html',
    inputIsText: true,
    flags: [],
    run: async (request) => {
      const html = textField(request, 'html', null)
      if (html === null) throw new RequestError('bad-request', 'html is missing')
      const { html: safe, removed } = (await load())(html)
      return { answer: { html: safe, removed }, found: removed.length > 0 }
    },
  })
}
