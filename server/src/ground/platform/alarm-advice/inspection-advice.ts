import type { Advice } from './advice.ts'

export const inspectionAdvice: Readonly<Record<string, Advice>> = {
  'authentication-temperror': {
    means:
      'DNS leaves results of SPF, DKIM, DMARC or ARC open for more than one message in a hundred. Such mail is neither refused for good nor set aside: it hears 451 and comes again.',
    todo: 'Look at the DNS servers (`dns.servers`); two or more give a second opinion. `./mailkeep affected --reason dmarc-temperror` lists the mail.',
  },
  'check-slow': {
    means:
      'A fifth of the mail waits longer than a second for one check: `antivirus` for scanners, `authentication`, `connection` and `lists` for DNS.',
    todo: 'Look at the scanners, or at the DNS servers (`dns.servers`). It clears by itself.',
  },
  'definitions-feed': {
    means:
      'The latest bundle of definitions (`definitions.source`) is not taken: it cannot be had, is not signed, is damaged, older than what came before, or judges golden samples wrongly. Those in force stay.',
    todo: 'The text says why; look at the source. The next good bundle is taken by itself.',
  },
  'definitions-taken-back': {
    means:
      'A set of definitions kept or missed far more mail than the set before it, or took too long, and was taken back; or a person did so. The set before is in force.',
    todo: '`./mailkeep definitions list` says why. What it had caught is judged anew by itself; the alarm ends when that is done.',
  },
  'definitions-unreadable': {
    means:
      'The files of the definitions in force cannot be read. Inspection goes on with those before, after a restart with those that are shipped.',
    todo: 'The text says why. A start of the process with the role `jobs` writes them anew from the store.',
  },
  'held-share': {
    means: 'Far more mail of a node is held than is usual.',
    todo: 'Look at what it has in common, and at what was changed: rules, settings.',
  },
  'inspection-incomplete': {
    means:
      'Checks cannot finish for some messages that are older than half a minute. They wait, then are set aside as unscanned, and go on by themselves when the checks work again.',
    todo: 'Look at the reason in the text: DNS, a scanner, or load.',
  },
  'inspection-slow': {
    means: 'The checks take longer than `inspection.behindAbove`; they go on behind the answer for now.',
    todo: 'Look for load or a slow check; more cores, more `inspection.threads`.',
  },
  'inspection-thread-slow': {
    means: 'One inspection thread takes far longer than its peers and is replaced.',
    todo: 'If it comes again, look for what the messages have in common.',
  },
  'learning-taken-back': {
    means:
      'What a tenant had taught changed too much of its mail, or several people said that it was wrong, and was taken back.',
    todo: '`./mailkeep learning status --tenant ID` says why. What it had caught is judged anew by itself; the alarm ends when that is done.',
  },
  'links-behind': {
    means:
      'Short links have waited to be followed for longer than `links.lateAfter`. No mail waits for them.',
    todo: 'Look whether this machine reaches the web (ports 80 and 443), or switch `links.follow` off.',
  },
  'links-queue-full': {
    means:
      'More short links wait to be followed than `links.queue`, or one tenant has half of them. Those beyond are not followed, which their traces say; mail goes on.',
    todo: 'A flood passes by itself. If it comes again: `links.queue`, `links.atATime`.',
  },
  'load-high': {
    means:
      'For `flow.loadWindow` checking mail has taken more than `flow.loadHigh` percent of what its threads can do. Nothing is late yet. The text names the source, the tenant and the recipient that brought most.',
    todo: 'If one of them is unusual, ask them, or limit them by policy. If it is every morning, give it more threads (`inspection.threads`) or more processors. When more comes than can be borne, the loudest tenant hears 4xx first.',
  },
  'poison-message': {
    means: 'A message ended two inspection threads. It is parked and touched no more.',
    todo: '`./mailkeep trace ID`; keep it for looking into it; `queue return ID` tells the sender.',
  },
  'policy-trial-stopped': {
    means:
      'A change of policy on trial would have held far more mail than is held without it, could not be asked, or could not go on as was ordered, as where somebody has changed the same thing meanwhile. It was taken back by itself; the policy in force stays. Mail that it has kept from people for whom it was in force is judged anew. Told for a day.',
    todo: '`./mailkeep policy trial ID` says why, and lists the messages that it would have treated differently.',
  },
  'quarantined-share': {
    means: 'Far more mail of a node is set aside than is usual.',
    todo: 'Look at what it has in common, and at what was changed: definitions, rules, lists. A wave of spam is one of the answers.',
  },
  'reports-undecided': {
    means:
      "People of a domain have reported missed spam or a false alarm, and nobody has given them an answer for `reports.remindAfter`. After `reports.closeAfter` the reports are closed unanswered. With a tenant as its subject: the domains are no longer that tenant's, so only the operator can answer.",
    todo: 'Answer them under *Reported*, many at a time, or by `./mailkeep reports accept` and `refuse`.',
  },
  'scanner-away': {
    means: 'A virus scanner does not scan. The others do its work.',
    todo: 'Start it; look into its log. It is taken back by itself.',
  },
  'scanner-signatures': {
    means:
      'The latest bundle of virus signatures is not taken: it cannot be read, is not signed, is damaged, or failed its proof. Scanners go on with the last good set.',
    todo: 'The text says why; look at the mirror. The next good bundle is taken by itself.',
  },
  'scanners-gone': {
    means:
      'No virus scanner answers. Mail with anything to scan waits, is set aside as unscanned after a while, and goes on by itself.',
    todo: 'Start a scanner; nothing else is to be done ([antivirus](../operate/antivirus.md)).',
  },
  'signatures-slow': {
    means: 'Scans with the set of signatures in use take three times as long as with the one before.',
    todo: 'Nothing: after three looks of 5 s the set before is in use again, and the slow one is refused. Where signatures are not kept by Mailkeep (`antivirus.signatures` is empty), this is not watched.',
  },
  'slow-message': {
    means: 'One part of inspection took more than two seconds for one message. Others are not held up.',
    todo: '`./mailkeep trace ID`; if it comes again with the same sender or kind of file, keep one for looking into it.',
  },
  'slow-rule': {
    means:
      'A message rule of a tenant took longer than 50 ms for a message and was stopped; the text names rule, level, tenant and message. Mail goes on without it, others are not held up. After five times the rule is paused.',
    todo: '`./mailkeep rule show ID`; make its patterns simpler (`rule change`), then `rule rerun ID`.',
  },
}
