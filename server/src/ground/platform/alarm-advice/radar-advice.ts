import type { Advice } from './advice.ts'

export const radarAdvice: Readonly<Record<string, Advice>> = {
  'radar-mailbox': {
    means:
      'A probe mailbox of `radar.mailboxes` cannot be read, so nothing is known of what arrives there: trips to it are inconclusive.',
    todo: 'Its words say why: the server is away, its certificate, or the password in the file.',
  },
  'radar-path-failing': {
    means:
      'Round trips by a mailbox that answers by itself fail, two in turn: the mail is refused, or nothing comes back while our own control came in.',
    todo: '`./mailkeep radar trips PATH` says at which leg. Refused: its server says why. No reply: look at the program that answers, and at what its server sends.',
  },
  'radar-path-slow': {
    means: 'Round trips take longer than `radar.slowAfter`, two in turn.',
    todo: 'The chart of the path shows whether the way there or the way back grew; `./mailkeep queue list --domain DOMAIN` whether we wait for its server.',
  },
  'radar-unfinished': {
    means:
      'Fewer than 95 % of the tests and round trips of the last 15 minutes came to an end. It is our fault: no domain is judged by them, and tests run again by themselves.',
    todo: '`./mailkeep radar list --outcome inconclusive` has the tests. `./mailkeep radar trips ""` has our controls: where they do not come in, look at the gateway (`process-silent`) and at `radar.door`.',
  },
}
