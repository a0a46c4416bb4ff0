import { copies, duration, endpoints, feeds, integer, text, texts } from '../setting-types.ts'
import { day, minute, second } from './units.ts'

/** Settings of who is told of what. */
export const tellingSettings = {
  'status.listen': endpoints({
    default: ['127.0.0.1:8085'],
    help: 'Where a process with the role `status` serves the public status page; a web server with a certificate stands in front.',
  }),
  'status.name': text({
    default: 'Mailkeep',
    help: 'Name of the service on the public status page.',
  }),
  'status.url': text({
    default: 'http://127.0.0.1:8085',
    help: 'Address of the public status page, for links in its feeds.',
  }),
  'status.folder': text({
    default: '',
    help: 'Folder that the public status page is published into, for the role `status` or any web server; empty: `status` in the data folder.',
  }),
  'status.copies': copies({
    default: [],
    when: 'live',
    help: 'Other places that the public status page is copied to after each publishing, each a folder (a share of another host) or `URL TOKENFILE`: an https address that takes PUT and DELETE, as WebDAV does. See docs/operate/status-page.md.',
  }),
  'status.period': duration({
    default: minute,
    help: 'Length of the periods in which components of the status page are measured, a minute at most: two bad ones in a row make one suspected, ten good ones end it. Drills shorten it.',
  }),

  'alarms.tellAfter': duration({
    default: minute,
    when: 'live',
    help: 'How long an alarm lasts before people are told of it.',
  }),
  'alarms.calmFor': duration({
    default: 2 * minute,
    when: 'live',
    help: 'How long an alarm stays away before people are told that it is over; one that comes back sooner is the same fault.',
  }),
  'alarms.mailsPerHour': integer({
    default: 20,
    min: 1,
    when: 'live',
    help: 'Messages about alarms that one address or program gets in an hour; the rest is told later, together. Critical ones pass.',
  }),
  'alarms.updateEvery': duration({
    default: 5 * minute,
    when: 'live',
    help: 'How often somebody who knows of alarms hears that more of the same cause have begun; of critical ones within a minute.',
  }),
  'alarms.targetLateAfter': duration({
    default: 10 * minute,
    when: 'live',
    help: 'A program that is told of alarms and has taken nothing for so long is an alarm itself, which the others hear of.',
  }),
  'alarms.directTo': texts({
    default: [],
    help: 'Addresses that hear by a mail past our store and queue when alarms have not been told in any other way for watch.silentAfter. Needs alarms.directBy.',
  }),
  'alarms.directBy': text({
    default: '',
    help: 'A mail server that is not ours and takes mail for alarms.directTo, as `HOST:PORT`; empty: there is no such way.',
  }),

  'upstream.feeds': feeds({
    default: [],
    when: 'live',
    help: 'Status pages of receivers and providers that are looked at, each as `NAME URL HOP...`: the address of its incidents (Statuspage v2, a JSON list by product, Atom or RSS), and the host names of its servers, with all names below them. What fails at these is named as upstream. See docs/operate/upstream.md.',
  }),
  'upstream.every': duration({
    default: 2 * minute,
    when: 'live',
    help: 'How often each of them is asked; after three rounds without an answer nothing is known from it.',
  }),

  'webhooks.retryAfter': duration({
    default: 5 * second,
    when: 'live',
    help: 'Wait after a webhook has failed once; each further failure doubles it, up to an hour.',
  }),
  'webhooks.giveUpAfter': duration({
    default: 3 * day,
    when: 'live',
    help: 'A webhook that has failed for so long is paused, with an alarm; what happens is kept for it.',
  }),
} as const
