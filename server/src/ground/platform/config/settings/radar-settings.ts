import { duration, integer, mailboxes, networks, text } from '../setting-types.ts'
import { day, hour, minute } from './units.ts'

/** Settings of probes and the flow of mail. */
export const radarSettings = {
  'radar.every': duration({
    default: 5 * minute,
    help: 'How often a round trip is made by each path of Radar that says nothing else.',
  }),
  'radar.endWithin': duration({
    default: 10 * minute,
    help: 'By when our part of a test or a round trip has ended as passed, failed or inconclusive.',
  }),
  'radar.replyWithin': duration({
    default: 72 * hour,
    help: 'How long the reply to a test mail is waited for.',
  }),
  'radar.lookWithin': duration({
    default: minute,
    help: 'Time of each check of a test; one that has no answer by then is unknown, and counts nothing.',
  }),
  'radar.againAfter': duration({
    default: minute,
    help: 'After how long a test that ended inconclusive through a fault of ours runs again.',
  }),
  'radar.perAddress': integer({
    default: 3,
    min: 1,
    when: 'live',
    help: 'Tests of one address or domain in 24 hours.',
  }),
  'radar.perClient': integer({
    default: 10,
    min: 1,
    when: 'live',
    help: 'Tests that one manager or key starts in 24 hours.',
  }),
  'radar.linkFor': duration({
    default: 30 * day,
    help: 'How long a link to the results of a test holds.',
  }),
  'radar.slowAfter': duration({
    default: 2 * minute,
    when: 'live',
    help: 'Round trips that take longer, two in turn, are an alarm.',
  }),
  'radar.mailboxes': mailboxes({
    default: [],
    help: 'Probe mailboxes that are read by IMAP, so that a test mail or a round trip to them needs no reply: each as `ADDRESS imaps://USER@HOST:PORT FILE`, with the password in the file. What is found of ours is taken out.',
  }),
  'radar.networks': networks({
    default: [],
    help: 'Networks whose servers tests may contact although they are not public.',
  }),
  'radar.source': text({
    default: '',
    help: 'Local address that servers behind the filter are tried from, which none of them lets in for our sake; empty: they are not judged.',
  }),
  'radar.door': text({
    default: '',
    help: 'Where the controls of round trips are brought in, as `HOST:PORT` of an address of the gateway; empty: the first of gateway.listen.',
  }),

  'flow.messages': integer({
    default: 25,
    min: 5,
    max: 100,
    when: 'live',
    help: 'Latest deliveries of a domain that tell whether its mail gets through.',
  }),
  'flow.goodPercent': integer({
    default: 90,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Share of them from which the flow of a domain is good.',
  }),
  'flow.badFailures': integer({
    default: 3,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Failures among them from which it is bad, below that share.',
  }),
  'flow.drainWindow': duration({
    default: 2 * minute,
    when: 'live',
    help: 'Over so long is counted whether more mail comes than leaves. It is told when that was so for a quarter of it.',
  }),
  'flow.loadHigh': integer({
    default: 85,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Percent of what checking mail may take, all threads together, from which it is told before anything is late.',
  }),
  'flow.loadWindow': duration({
    default: 2 * minute,
    when: 'live',
    help: 'How long it must be so.',
  }),
  'flow.lateAfter': duration({
    default: 2 * minute,
    when: 'live',
    help: 'Age of mail from which it is told that it waits for its first try, though nothing holds it up that we know of.',
  }),
  'flow.staleAfter': duration({
    default: 5 * minute,
    when: 'live',
    help: 'Age of the figures from which nothing can be told: the flow of a domain is unknown then.',
  }),
} as const
