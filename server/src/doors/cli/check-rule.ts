import type { Command } from './command.ts'
import { numberField, textField } from './request-fields.ts'
import { createSuiteCommand, RequestError } from './suite-command.ts'

/** What the command asks; main.ts passes in who answers. */
export type CheckPattern = (question: {
  readonly pattern: string
  readonly text: string | null
  readonly timeMs: number
}) => Promise<{ readonly ok: boolean }>

/** Time that a rule has for its patterns (product.md, "Cost"). */
const ruleBudgetMs = 50

/** `./mailkeep check-rule`: whether a pattern can stand in a rule, and what it finds. */
export function checkRuleCommand(check: CheckPattern): Command {
  return createSuiteCommand({
    name: 'check-rule',
    summary: 'try a pattern of a message rule, offline',
    about:
      'Stdin: the text to search in. Answer: ok, reason (why the pattern is refused);\nwith a text also matched, ms, stopped (its time was over).',
    inputField: 'text',
    inputIsText: true,
    flags: [{ flag: 'pattern', field: 'pattern', kind: 'text', help: 'regular expression' }],
    run: async (request) => {
      if (typeof request.pattern !== 'string') throw new RequestError('bad-request', 'pattern is missing')
      const text = request.text === undefined || request.text === null ? null : textField(request, 'text', '')
      const timeMs = numberField(request, 'timeMs', ruleBudgetMs)
      const answer = await check({ pattern: request.pattern, text, timeMs })
      return { answer, found: !answer.ok }
    },
  })
}
