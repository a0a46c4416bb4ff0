import type { Advice } from './advice.ts'

export const directoryAdvice: Readonly<Record<string, Advice>> = {
  'directory-shrink': {
    means:
      'More addresses or domains are missing in the directory than may vanish at once (`directory.shrinkPercent`). The old ones stay in force. The managers of a domain are told of its addresses, the operator of all.',
    todo: "The domain's page names them: confirm there that they are meant to go, or bring them back. For domains the operator finds it above their list. The same by `./mailkeep directory status`, `directory confirm NAME` and `directory restore NAME`.",
  },
  'directory-unavailable': {
    means: 'The directory snapshot is missing, too old or cannot be read: recipients hear 451.',
    todo: 'Look at the text for the reason; `./mailkeep directory status` makes a new snapshot.',
  },
  'import-unfinished': {
    means:
      '`tenant import` named a new domain more than 15 minutes ago and has not brought all of it. Mail to the domain hears 451, so senders try again.',
    todo: 'Import the same file once more: it goes on where it stopped. A file that was changed counts as another one: after it, or instead, put the domain in force as it stands: `./mailkeep directory confirm NAME`; whoever is not in the directory then hears 550.',
  },
  'kept-longer': {
    means:
      'People have a shorter time for their kept mail since the directory changed: they or their group were removed, moved or brought back. What is older than that stays for `directory.grace`, as the people can be brought back for so long, and leaves then. The managers of a domain are told.',
    todo: 'Nothing, where that is meant. To keep the mail, bring the people back or set a longer time at them, their group or the domain (`./mailkeep policy set`), or release it: [how long it is kept](../operate/people-and-their-quarantine.md).',
  },
}
