import type { Advice } from './advice.ts'

export const consoleAdvice: Readonly<Record<string, Advice>> = {
  'console-faults': {
    means:
      "At least 1 % of the console's answers of the last minute, and three of them, were faults of ours (5xx). Mail is not touched by it.",
    todo: 'The text names the version and schema in force: was there an upgrade? Then [go back](../operate/upgrade.md#going-back). Else the log says what failed.',
  },
  'console-slow': {
    means: 'One in twenty answers of the console took longer than 2 s in the last minute.',
    todo: 'Look whether the disk or another process is busy; pages say which of their parts is missing.',
  },
  'console-unavailable': {
    means: 'The console page, metrics and health answers cannot be served. Mail is not touched by it.',
    todo: 'Look at the text; mostly the address of `console.listen` is taken.',
  },
  'maintenance-overrun': {
    means: 'Planned maintenance of the console lasts longer than it was to. Mail flows.',
    todo: '`./mailkeep maintenance off`, or `maintenance on --until` with a new end.',
  },
  'planned-work-overrun': {
    means:
      'Planned work that somebody has told the public is on takes longer than it was announced. The status page says so too.',
    todo: 'Tell when it will be over, or that it is: `./mailkeep status update ID --state completed --text ...`.',
  },
  'promise-overdue': {
    means:
      'The public was promised the next update of an incident or of planned work, or a review was promised, and its time has passed.',
    todo: 'Say what is known, also that nothing is new: `./mailkeep status update ID --text ... --next MOMENT`; or hold the review: `./mailkeep incident promise ID --held PROMISE --text ...`. It ends by itself then.',
  },
  'sign-in-broken': {
    means:
      'A probe cannot sign in as a role under a host name, which it tries each `console.probeEvery`. Who has signed in stays so; mail is not touched.',
    todo: 'The text says where it stops. `./mailkeep manager link` and all commands go on meanwhile.',
  },
  'webhook-paused': {
    means:
      'A webhook has taken nothing for `webhooks.giveUpAfter`. What happens is kept for it; mail is not touched.',
    todo: 'Look at its list of tries, mend the receiver, then resume it.',
  },
}
