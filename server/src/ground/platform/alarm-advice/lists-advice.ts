import type { Advice } from './advice.ts'

export const listsAdvice: Readonly<Record<string, Advice>> = {
  'host-list-old': {
    means: 'A list of hosts is older than `links.listMaxAge` by what it says of itself: it weighs nothing.',
    todo: 'Look at what brings it. A newer version counts by itself.',
  },
  'host-list-refused': {
    means:
      'A list of hosts is not taken: it cannot be read, is not signed by `links.listsKey`, or lists what can only be a mistake. Its last good version stays in force, until a restart.',
    todo: 'The text says why.',
  },
  'list-hits-provider': {
    means:
      'An outside list lists more than a tenth of what a large provider sends. Its weight for such mail is limited (`lists.mostShared`).',
    todo: 'Look at what the list catches: `./mailkeep trace`; lower its weight in `lists.ask`, or switch it off with `lists.off`.',
  },
  'list-hits-released': {
    means: 'People release more than a tenth of what an outside list helped into quarantine.',
    todo: '`./mailkeep lists kept ZONE` shows the mail; `./mailkeep lists off ZONE` takes the weight away and has that mail judged anew.',
  },
  'list-muted': {
    means: 'An outside list lists all or nothing, refuses our questions, fails or stalls: it weighs nothing.',
    todo: 'The text says why. It comes back by itself; most lists refuse questions by public resolvers.',
  },
}
