import { choice, duration, integer, listSpecs, networks, sockets, text, texts } from '../setting-types.ts'
import { day, minute, second } from './units.ts'

/** Mailbox providers, relays and mass mailers that send for everybody, good and bad. */
const sharedSenders =
  `google.com outlook.com yahoo.com yahoo.net aol.com apple.com icloud.com amazonses.com amazonaws.com sendgrid.net
  mailgun.net mailgun.info sparkpostmail.com mandrillapp.com mcsv.net rsgsv.net mcdlv.net mtasv.net exacttarget.com hubspotemail.net
  zendesk.com salesforce.com pphosted.com mimecast.com messagelabs.com barracudanetworks.com zoho.com zohomail.com
  fastmail.com messagingengine.com protonmail.ch gmx.net gmx.com web.de kundenserver.de t-online.de ionos.com ovh.net
  mail.ru yandex.net qq.com 163.com naver.com orange.fr free.fr laposte.net libero.it aruba.it seznam.cz wp.pl onet.pl
  comcast.net att.net secureserver.net registrar-servers.com hostedemail.com emailsrvr.com`.split(/\s+/)

/** Settings of what single checks look at. */
export const checksSettings = {
  'lists.ask': listSpecs({
    default: [],
    when: 'live',
    help: 'Outside lists to ask, as "address ZONE CODE=WEIGHT ..." about the client or "domain ZONE CODE=WEIGHT ..." about sender, author, HELO and links; see docs/operate/lists.md. A weight of 0 is observed only.',
  }),
  'lists.off': texts({
    default: [],
    when: 'live',
    help: 'Zones of lists.ask whose answers weigh nothing for now; they are asked on for evidence.',
  }),
  'lists.timeout': duration({
    default: 1500,
    when: 'live',
    help: 'Time for the answer of a list; one that often takes longer is muted by itself.',
  }),
  'lists.probation': duration({
    default: 5 * minute,
    when: 'live',
    help: 'How long a list that was muted by itself must pass its tests before it counts again.',
  }),
  'lists.mostPerList': integer({
    default: 150,
    when: 'live',
    help: 'What one list weighs at most, whatever lists.ask says; below the tolerance, so that none condemns by itself.',
  }),
  'lists.mostShared': integer({
    default: 50,
    when: 'live',
    help: 'What all lists of addresses together weigh at most for mail of lists.sharedSenders that authenticates.',
  }),
  'lists.sharedSenders': texts({
    default: sharedSenders,
    when: 'live',
    help: 'Providers whose addresses many people send from, by the registered domain of their reverse DNS, which must lead back to the address.',
  }),

  'links.follow': choice(['off', 'shorteners'], {
    default: 'off',
    when: 'live',
    help: 'Whether links of shorteners are followed beside the mail, to see where they lead. Tells the shortener that somebody looked, and when; only shorteners are asked, never what they lead to.',
  }),
  'links.shorteners': texts({
    default: [],
    when: 'live',
    help: 'Hosts that only give short names to links, beside those that come with the program.',
  }),
  'links.lists': text({
    default: '',
    help: 'Folder with lists of hosts and pages, NAME.list each, which a mirror keeps up to date; read anew when they change. Empty: none. See docs/reference/links.md.',
  }),
  'links.listsKey': text({
    default: '',
    help: 'PEM file with the Ed25519 public key that lists of hosts are signed with; empty: they need not be signed.',
  }),
  'links.listsOff': texts({
    default: [],
    when: 'live',
    help: 'Names of lists of hosts that weigh nothing for now; findings still tell what they would have said.',
  }),
  'links.listMaxAge': duration({
    default: 7 * day,
    when: 'live',
    help: 'Age, by what a list of hosts says of itself, from which it weighs nothing.',
  }),
  'links.queue': integer({
    default: 10_000,
    min: 1,
    help: 'Links that may wait to be followed; those beyond are not followed, which the trace says.',
  }),
  'links.atATime': integer({
    default: 8,
    min: 1,
    max: 64,
    when: 'live',
    help: 'Links that are followed at a time; two of them at one shortener at most.',
  }),
  'links.lateAfter': duration({
    default: 5 * minute,
    when: 'live',
    help: 'How long a link may wait to be followed until it is told.',
  }),
  'links.timeout': duration({
    default: 5 * second,
    when: 'live',
    help: 'Time for one answer of a shortener.',
  }),
  'links.maxHops': integer({
    default: 5,
    min: 1,
    max: 20,
    when: 'live',
    help: 'Short links behind one another that are followed.',
  }),
  'links.resultAge': duration({
    default: day,
    when: 'live',
    help: 'How long it counts where a short link led; after that it is followed anew when mail brings it again.',
  }),
  'links.keepResults': duration({
    default: 7 * day,
    when: 'live',
    help: 'How long results are kept.',
  }),
  'links.allowNetworks': networks({
    default: [],
    help: 'Networks that may be asked although they are not public, at any port: for a shortener of your own within, and for tests.',
  }),
  'links.newFor': duration({
    default: day,
    when: 'live',
    help: 'How long a site counts as new after the first mail with a link to it.',
  }),
  'links.learnFor': duration({
    default: 14 * day,
    when: 'live',
    help: 'How long sites that mail leads to are noted before a new one is a finding.',
  }),

  'antivirus.backends': sockets({
    default: [],
    when: 'live',
    help: 'Scanners for viruses: sockets of clamd, a path or host:port. Several share the work, and one may be away. None: mail is not scanned.',
  }),
  'antivirus.timeout': duration({
    default: 30 * second,
    when: 'live',
    help: 'Time for one file or message in a scanner; after it the message waits and is shown again. A scanner that hangs is noticed within seconds whatever this says.',
  }),
  'antivirus.scan': choice(['both', 'files', 'message'], {
    default: 'both',
    when: 'live',
    help: 'What is shown to a scanner: files as we decode them, the message as it came, or both; files alone halve the work.',
  }),
  'antivirus.whileAway': choice(['wait', 'deliver'], {
    default: 'wait',
    when: 'live',
    help: 'What happens while no scanner answers: mail with anything to scan waits and is scanned later by itself, or it is delivered unscanned. Mail that is nothing but text never waits.',
  }),
  'antivirus.signatures': text({
    default: '',
    help: 'Folder of signed sets of virus signatures; clamd loads `current` in it (DatabaseDirectory). Empty: somebody else keeps them, such as freshclam.',
  }),
  'antivirus.signaturesSource': text({
    default: '',
    help: 'Folder that a mirror keeps up to date with the latest signed bundle; looked into each minute. Empty: only `mailkeep scanners take`.',
  }),
  'antivirus.signaturesKey': text({
    default: '',
    help: 'PEM file with the Ed25519 public key that bundles of signatures are signed with.',
  }),
} as const
