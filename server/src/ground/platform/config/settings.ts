import { availableParallelism, hostname } from 'node:os'
import {
  bytes,
  choice,
  choices,
  copies,
  decimal,
  duration,
  durations,
  endpoints,
  feeds,
  flag,
  integer,
  listSpecs,
  mailboxes,
  networks,
  paces,
  sockets,
  text,
  texts,
  url,
} from './setting-types.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Mailbox providers, relays and mass mailers that send for everybody, good and bad. */
const sharedSenders =
  `google.com outlook.com yahoo.com yahoo.net aol.com apple.com icloud.com amazonses.com amazonaws.com sendgrid.net
  mailgun.net mailgun.info sparkpostmail.com mandrillapp.com mcsv.net rsgsv.net mcdlv.net mtasv.net exacttarget.com hubspotemail.net
  zendesk.com salesforce.com pphosted.com mimecast.com messagelabs.com barracudanetworks.com zoho.com zohomail.com
  fastmail.com messagingengine.com protonmail.ch gmx.net gmx.com web.de kundenserver.de t-online.de ionos.com ovh.net
  mail.ru yandex.net qq.com 163.com naver.com orange.fr free.fr laposte.net libero.it aruba.it seznam.cz wp.pl onet.pl
  comcast.net att.net secureserver.net registrar-servers.com hostedemail.com emailsrvr.com`.split(/\s+/)

/**
 * Every setting of Mailkeep, once: type, default and one sentence.
 * The check at start, `config explain`, the environment names and docs/reference/settings.md grow from it.
 */
export const settings = {
  'node.name': text({
    default: hostname(),
    help: 'Name of this node in ledger, books and alarms; unique among nodes.',
  }),
  'node.probation': flag({
    default: true,
    help: 'Whether a process that starts to send while others do has to prove itself before it gets mail of people. See docs/operate/roles-and-processes.md.',
  }),
  'node.probationStep': duration({
    default: 2 * minute,
    help: 'How long it carries a hundredth of the mail, and then a tenth, before it gets its whole share.',
  }),
  'node.syntheticTo': texts({
    default: [],
    help: 'Addresses at your next hops that take the synthetic messages of a process on probation; empty: it goes as far as RCPT, at the next hops that mail goes to now.',
  }),
  'site.host': text({
    default: 'mailkeep.localhost',
    help: 'Host name of the platform: SMTP greeting, EHLO, MX names of customers and our own sender addresses.',
  }),
  'site.postmaster': text({
    default: '',
    help: 'Address shown in notices as the person to ask; empty: postmaster at site.host.',
  }),
  'log.level': choice(['error', 'warn', 'info', 'debug'], {
    default: 'info',
    when: 'live',
    help: 'Least important log line that is written. A healthy system writes no errors.',
  }),

  'gateway.listen': endpoints({
    default: ['127.0.0.1:2525'],
    help: 'Where SMTP from other servers is accepted.',
  }),
  'gateway.backlog': integer({
    default: 1024,
    min: 1,
    help: 'Connections the kernel may keep waiting for us to accept them.',
  }),
  'gateway.trustXclient': networks({
    default: [],
    help: 'Clients that may name the original client with XCLIENT.',
  }),
  'gateway.trustProxy': networks({
    default: [],
    help: 'Load balancers that start each connection with a PROXY line (v1 or v2); others must not send one.',
  }),
  'gateway.greetDelay': duration({
    default: 200,
    when: 'live',
    help: 'How long the greeting waits for clients that talk too early. Clients that behaved in the last day, and those of gateway.rateExempt, are not made to wait.',
  }),
  'gateway.maxMessage': bytes({
    default: 157_286_400,
    help: 'Largest message, as encoded for transport; above: 552 5.3.4.',
  }),
  'gateway.maxHeader': bytes({ default: 512 << 10, help: 'Largest header of a message; above: 554 5.6.0.' }),
  'gateway.maxLine': bytes({ default: 64 << 10, help: 'Longest line of a message; above: 554 5.6.0.' }),
  'gateway.maxRecipients': integer({
    default: 1000,
    min: 100,
    help: 'Recipients in one transaction; the next ones hear 452 4.5.3 and come in a second one.',
  }),
  'gateway.maxCommandLine': bytes({
    default: 4096,
    help: 'Longest command line (RFC 5321 asks for 512, extensions for more); above: 500 5.5.2.',
  }),
  'gateway.maxErrors': integer({
    default: 20,
    min: 1,
    help: 'Refused or unknown commands a connection may send before it is closed with 421; faults of ours do not count.',
  }),
  'gateway.maxTransactions': integer({
    default: 10_000,
    min: 1,
    help: 'Messages on one connection before it is closed with 421.',
  }),
  'gateway.maxConnections': integer({
    default: 4000,
    min: 1,
    help: 'Connections open at a time; above: 421 4.3.2.',
  }),
  'gateway.maxConnectionsPerClient': integer({
    default: 50,
    min: 1,
    when: 'live',
    help: 'Connections open at a time from one address (IPv6: one /64); above: 421 4.7.0.',
  }),
  'gateway.connectionsPerMinute': integer({
    default: 600,
    when: 'live',
    help: 'New connections a minute from one address; 0: no limit; above: 421 4.7.0.',
  }),
  'gateway.messagesPerMinute': integer({
    default: 3000,
    when: 'live',
    help: 'Messages a minute from one address; 0: no limit; above: 451 4.7.1.',
  }),
  'gateway.senderMessagesPerMinute': integer({
    default: 1200,
    when: 'live',
    help: 'Messages a minute with one sender address; 0: no limit; above: 451 4.7.1.',
  }),
  'gateway.recipientMessagesPerMinute': integer({
    default: 600,
    when: 'live',
    help: 'Messages a minute to one recipient; 0: no limit; above: 450 4.2.1.',
  }),
  'gateway.tenantMessagesPerMinute': integer({
    default: 0,
    when: 'live',
    help: 'Messages a minute to one tenant; 0: no fixed limit (the loudest tenant still waits first when the node is short of room).',
  }),
  'gateway.rateExempt': networks({
    default: ['127.0.0.0/8', '::1/128'],
    when: 'live',
    help: 'Clients that no rate limit by minute and no greeting delay applies to. Limits on open connections apply to everybody.',
  }),
  'gateway.commandTimeout': duration({
    default: 5 * minute,
    help: 'Longest silence between commands; then 421 4.4.2.',
  }),
  'gateway.dataTimeout': duration({
    default: 3 * minute,
    help: 'Longest silence within message data; then the connection is closed.',
  }),
  'gateway.dataMinRate': bytes({
    default: 256,
    help: 'Slowest transfer of message data, bytes a second, measured over a minute; below: closed.',
  }),
  'gateway.sessionTimeout': duration({
    default: 2 * hour,
    help: 'Longest life of a connection; then 421 4.4.2 between transactions.',
  }),
  'gateway.shutdownGrace': duration({
    default: 20 * second,
    help: 'How long messages in flight may take to finish when the node is stopped.',
  }),
  'gateway.maxMemory': bytes({
    default: 1 << 30,
    when: 'live',
    help: 'Resident memory from which new messages hear 421 4.3.2.',
  }),

  'gateway.mtaSts': choice(['testing', 'enforce'], {
    default: 'testing',
    help: 'What the MTA-STS policies of our domains ask of senders; enforce only with a certificate that the world trusts for every MX name (RFC 8461).',
  }),
  'gateway.mtaStsMaxAge': duration({
    default: 7 * day,
    help: 'How long senders may keep an MTA-STS policy.',
  }),

  'submission.listen': endpoints({
    default: ['127.0.0.1:2587'],
    help: 'Where people and servers of ours log in to send, with STARTTLS; on the internet port 587. None: nowhere.',
  }),
  'submission.listenTls': endpoints({
    default: ['127.0.0.1:2465'],
    help: 'The same with TLS from the first byte; on the internet port 465. None: nowhere.',
  }),
  'submission.sameWithin': duration({
    default: 6 * hour,
    when: 'live',
    help: 'How long a message that is sent again, with the same envelope, Message-ID and content, counts as the one that was taken: it hears 250, and nobody gets a second copy. 0: never.',
  }),
  'submission.adviceRecipients': integer({
    default: 200,
    when: 'live',
    help: 'Recipients in an hour from which it is told that an address sends much; nothing is stopped. 0: never.',
  }),
  'submission.queueLimit': integer({
    default: 500_000,
    when: 'live',
    help: 'Deliveries that wait to leave for the world from which more hear 452 4.3.1; who logs in is let in all the same. 0: no limit.',
  }),
  'submission.noticesPerMinute': integer({
    default: 60,
    when: 'live',
    help: 'Notices without a sender that one server or login may send to the world in a minute; above: 451 4.7.1.',
  }),

  'tls.certificate': text({
    default: '',
    help: 'PEM file with the certificate chain; empty: one is made at the first start. A file that changes is read anew within seconds.',
  }),
  'tls.key': text({
    default: '',
    help: 'PEM file with the private key of tls.certificate; read anew with it.',
  }),

  'tls.probeEvery': duration({
    default: minute,
    help: 'How often each certificate in use is looked at by a handshake: those of our doors, and of servers that must be spoken to with TLS.',
  }),
  'tls.authorities': text({
    default: '',
    help: 'PEM file with certificates of private authorities, trusted beside those of the world where next hops and hosts of MTA-STS policies prove their names. A file that changes is read anew within seconds.',
  }),

  'spool.inlineMax': bytes({
    default: 256 << 10,
    help: 'Largest message kept in memory on its way and in the database; larger ones are files.',
  }),
  'spool.diskAlarm': integer({
    default: 90,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Percent of disk use that raises an alarm.',
  }),
  'spool.diskRefuse': integer({
    default: 95,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Percent of disk use from which new mail hears 452 4.3.1.',
  }),
  'spool.diskReserve': bytes({
    default: 32 << 20,
    help: 'Room kept back in a file of our own, given up when the disk is full so that mail on its way can still be settled.',
  }),
  'spool.stallRefuse': duration({
    default: 2 * second,
    when: 'live',
    help: 'Age of an unfinished commit from which new mail hears 451 4.3.0.',
  }),
  'spool.keepReturned': duration({
    default: 7 * day,
    help: 'How long the content of returned mail is kept for sending it again.',
  }),
  'spool.keepIncident': duration({
    default: 30 * day,
    help: 'How long the content of returned mail is kept that an incident has touched: mail that its list has when spool.keepReturned is over.',
  }),
  'spool.keepHeld': duration({
    default: 14 * day,
    when: 'live',
    help: 'How long mail that our own people send waits where policy holds it; then it goes back to its sender.',
  }),
  'spool.warnHeld': duration({
    default: 11 * day,
    when: 'live',
    help: 'When its sender is warned that this will happen.',
  }),
  'spool.keepDmarcResults': duration({
    default: 395 * day,
    when: 'live',
    help: 'How long DMARC results of domains that publish a policy are kept.',
  }),
  'spool.keepQuarantined': duration({
    default: 30 * day,
    when: 'live',
    help: 'How long quarantined mail is kept at most; a level may keep it shorter (quarantine.days).',
  }),
  'spool.keepTrace': duration({
    default: 90 * day,
    when: 'live',
    help: 'How long the ledger shows what became of a message.',
  }),

  'search.folder': text({
    default: '',
    when: 'restart',
    help: 'Folder of the index that messages are searched by; empty: `search` in the data folder. It can be on another disk: whatever happens to it, mail goes on, and it is built again from the ledger.',
  }),

  'inspection.budget': duration({
    default: 20 * second,
    help: 'Time for all checks before the answer to a message; what is not finished by then goes on behind it.',
  }),
  'inspection.behindAbove': duration({
    default: second,
    when: 'live',
    help: 'Time of the checks (p95 over inspection.behindAfter) above which they go on behind the answer instead of before it.',
  }),
  'inspection.behindAfter': duration({
    default: minute,
    help: 'How long the checks must have been slow before they move behind the answer, and fast before they move back.',
  }),
  'inspection.checkBudget': duration({
    default: 10 * second,
    help: 'Time for one check; after it the check counts as unavailable.',
  }),
  'inspection.stallLimit': duration({
    default: 2 * second,
    help: 'Longest computation without a pause in an inspection thread, in time of the processor; after it the thread is replaced.',
  }),
  'inspection.threads': integer({
    default: Math.min(8, availableParallelism()),
    min: 1,
    max: 64,
    help: 'Inspection threads.',
  }),
  'inspection.threadMemory': bytes({
    default: 128 << 20,
    help: 'Heap of one inspection thread; a message that needs more is set aside.',
  }),
  'inspection.maxMimeDepth': integer({
    default: 100,
    min: 1,
    help: 'Deepest nesting of MIME parts; above: 554 5.6.0.',
  }),
  'inspection.maxMimeParts': integer({
    default: 10_000,
    min: 1,
    help: 'MIME parts of one message; above: 554 5.6.0.',
  }),
  'inspection.maxReceived': integer({
    default: 50,
    min: 1,
    help: 'Received fields of one message; above it counts as looping.',
  }),
  'inspection.maxPasses': integer({
    default: 3,
    min: 1,
    help: 'Times one message may come through here; the last of them is held instead of sent on.',
  }),
  'inspection.waitUnscanned': duration({
    default: 10 * minute,
    help: 'How long a message waits for a check that cannot finish before it is set aside as unscanned.',
  }),
  'inspection.lease': duration({
    default: 30 * second,
    help: 'How long a message that is inspected behind its answer belongs to a process before others may take it over; renewed while the work goes on.',
  }),
  'inspection.dmarc': choice(['enforce', 'observe'], {
    default: 'enforce',
    help: 'Whether a DMARC policy of reject or quarantine is followed, or only noted.',
  }),
  'inspection.temperror': choice(['auto', 'defer', 'deliver'], {
    default: 'auto',
    help: 'What happens when DNS trouble leaves the DMARC result open: defer answers 451; auto delivers only where no DNS server has ever answered, and defers from then on.',
  }),
  'inspection.off': choices(
    [
      'content',
      'links',
      'files',
      'sender',
      'sender-lists',
      'rules',
      'learnt',
      'antivirus',
      'lists',
      'connection',
    ],
    {
      default: [],
      when: 'live',
      help: 'Checks that do not run: content, links, files, sender, sender-lists, rules, learnt, antivirus, lists, connection. Structure and authentication always do.',
    },
  ),
  'inspection.arcTrusted': texts({
    default: [],
    help: 'ARC sealer domains whose passing chain may override a DMARC failure.',
  }),
  'inspection.arcSeal': flag({
    default: false,
    help: 'Whether mail that passes through is sealed with ARC; needs inspection.arcDomain, arcSelector and arcKey.',
  }),
  'inspection.arcDomain': text({ default: '', help: 'Domain that ARC seals are made in the name of.' }),
  'inspection.arcSelector': text({ default: '', help: 'Selector of the ARC key in DNS.' }),
  'inspection.arcKey': text({ default: '', help: 'PEM file with the ARC private key (RSA or Ed25519).' }),

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

  'reports.perMinute': integer({
    default: 20,
    when: 'live',
    help: 'Reports of missed spam and false alarms that one person may send in a minute; 0: any number.',
  }),
  'reports.answersPerHour': integer({
    default: 20,
    min: 1,
    when: 'live',
    help: 'Answers that one person gets to reports in an hour; more are left out, those about decisions wait.',
  }),
  'reports.release': choice(['ask', 'self'], {
    default: 'ask',
    when: 'live',
    help: 'What a report of a false alarm does to mail in quarantine: ask asks an administrator, self releases it to who reports it, unless a scanner found a virus or could not look, or the report may be forged.',
  }),
  'reports.sendDaily': flag({
    default: true,
    when: 'live',
    help: 'Whether owners of domains who ask for it in DNS get a daily report: about TLS of our connections (TLS-RPT), and about mail in their name (DMARC).',
  }),
  'reports.keep': duration({
    default: 395 * day,
    when: 'live',
    help: 'How long reports are kept after they were decided, or closed by reports.closeAfter.',
  }),
  'reports.remindAfter': duration({
    default: 14 * day,
    leastMs: hour,
    when: 'live',
    help: 'After so long without an answer reports of people raise the alarm reports-undecided for their domain.',
  }),
  'reports.closeAfter': duration({
    default: 90 * day,
    leastMs: hour,
    when: 'live',
    help: 'Reports that nobody has decided for so long, and for no less than reports.remindAfter, are closed; who reported hears that nobody decided.',
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

  'definitions.trialMessages': integer({
    default: 1000,
    min: 50,
    when: 'live',
    help: 'Messages that a new set of definitions judges beside the active one in each step of its trial.',
  }),
  'definitions.trialTime': duration({
    default: day,
    when: 'live',
    help: 'Or this time, where less mail comes in; and how long an activated set is compared on with the one before.',
  }),
  'definitions.source': text({
    default: '',
    help: 'Folder, or address of a web server, with the latest signed bundle of definitions; looked at each minute. Empty: only `mailkeep definitions add`.',
  }),
  'definitions.key': text({
    default: '',
    help: 'PEM file with the Ed25519 public key that bundles of definitions are signed with.',
  }),
  'policy.trialMessages': integer({
    default: 1000,
    min: 50,
    when: 'live',
    help: 'Messages that a change of policy which goes by steps judges in each of them, before it goes on by itself.',
  }),
  'policy.trialTime': duration({
    default: day,
    when: 'live',
    help: 'Or this time, where less mail comes in, with 50 deliveries at least; 1 % of the people goes on after it with fewer.',
  }),
  'learning.most': integer({
    default: 80,
    min: 0,
    when: 'live',
    help: 'Points that what a tenant has taught may add or take off at most; 0: it counts for nothing.',
  }),
  'learning.trialMessages': integer({
    default: 1000,
    min: 50,
    when: 'live',
    help: 'Messages of its tenant that what was learnt is tried on in each step of its trial.',
  }),
  'learning.trialTime': duration({
    default: day,
    when: 'live',
    help: 'Or this time, where less mail comes in.',
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

  'delivery.maxConnections': integer({
    default: 400,
    min: 1,
    help: 'Connections to next hops open at a time.',
  }),
  'delivery.laneConnections': integer({
    default: 20,
    min: 1,
    when: 'live',
    help: 'Connections to one next hop at a time.',
  }),
  'delivery.lanePace': integer({
    default: 0,
    when: 'live',
    help: 'Messages a minute to one next hop; 0: no limit.',
  }),
  'delivery.receiverPaces': paces({
    default: [],
    help: 'Messages a minute that receivers have asked for, each as RECEIVER=MESSAGES: the registered domain of their mail servers, or the address of a server without a name. Kept from the first message on; paces of others are learnt from what they say.',
  }),
  'delivery.messagesPerConnection': integer({
    default: 1000,
    min: 1,
    help: 'Messages over one connection before a new one is opened.',
  }),
  'delivery.idleTimeout': duration({
    default: 2 * second,
    help: 'How long an idle connection is kept for the next message.',
  }),
  'delivery.connectTimeout': duration({ default: 30 * second, help: 'Time to connect to another server.' }),
  'delivery.ownConnectTimeout': duration({
    default: 5 * second,
    help: 'Time to connect to a next hop of our own.',
  }),
  'delivery.commandTimeout': duration({ default: 5 * minute, help: 'Time for the reply to a command.' }),
  'delivery.dataTimeout': duration({ default: 3 * minute, help: 'Longest stop while message data is sent.' }),
  'delivery.finalTimeout': duration({
    default: 10 * minute,
    help: 'Time for the reply after the final dot.',
  }),
  'delivery.retry': durations({
    default: [1, 2, 4, 8, 16, 32, 60].map((each) => each * minute),
    help: 'Waits between attempts; the last one repeats.',
  }),
  'delivery.ownRetry': durations({
    default: [5, 10, 20, 40, 60].map((each) => each * second),
    help: 'Waits between attempts at a next hop of our own; the last one repeats.',
  }),
  'delivery.jitter': decimal({
    default: 0.2,
    max: 0.9,
    help: 'Share by which each wait is lengthened or shortened at random.',
  }),
  'delivery.expiryInbound': duration({
    default: 7 * day,
    help: 'Life of inbound mail before it is returned.',
  }),
  'delivery.expiryOutbound': duration({
    default: 5 * day,
    help: 'Life of outbound mail before it is returned.',
  }),
  'delivery.expiryOwn': duration({ default: 2 * day, help: 'Life of our own notices.' }),
  'delivery.notices': durations({
    default: [4 * hour, 24 * hour],
    help: 'Ages at which the sender of outbound mail hears that it still waits; of inbound mail only one that asked (NOTIFY=DELAY), once for each age.',
  }),
  'delivery.lease': duration({
    default: minute,
    help: 'How long claimed work belongs to a node before others may take it over; renewed while the work goes on.',
  }),
  'delivery.inboundSource': texts({
    default: [],
    help: 'Local addresses that filtered inbound mail leaves by; must not carry outbound mail. ADDRESS, or ADDRESS NAME with the name for EHLO.',
  }),
  'delivery.outboundSource': texts({
    default: [],
    help: 'Local addresses that outbound mail and our own notices leave by, in the same form.',
  }),
  'delivery.suppressBounced': durations({
    default: [day, 14 * day, 90 * day],
    help: 'How long nobody of a tenant writes to a recipient whose server says that it does not exist: the first time, the second, and each later one.',
  }),
  'delivery.suppressComplained': duration({
    default: 90 * day,
    help: 'How long nobody of a tenant writes to a recipient who has complained of mail with his provider.',
  }),
  'delivery.secondTry': durations({
    default: [minute, 10 * minute, 30 * minute],
    help: 'When mail that was refused because of our address is tried again over others, counted from the first refusal.',
  }),
  'delivery.addressOut': duration({
    default: 30 * minute,
    help: 'How long an address stays away from a receiver that blocks it, the first time; then longer.',
  }),
  'delivery.slowWait': duration({
    default: minute,
    help: 'How long a receiver that throttles us is left alone, the first time; then longer.',
  }),
  'delivery.paceStep': duration({
    default: 10 * minute,
    help: 'After so long without trouble a slowed pace grows by a step; also how often an address that is put off tries again.',
  }),
  'sending.blocklists': texts({
    default: [],
    when: 'live',
    help: 'Zones of blocklists that our own sending addresses are looked for in; empty: none. See docs/operate/sending-addresses.md.',
  }),
  'sending.askEvery': duration({ default: 5 * minute, help: 'How often they are asked.' }),
  'sending.leaveListed': flag({
    default: false,
    when: 'live',
    help: 'An address that one of them lists carries nothing while another of its pool is not listed. Off: it is an alarm, and what receivers answer decides.',
  }),
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
  'delivery.mxPort': integer({ default: 25, min: 1, max: 65_535, help: 'Port of servers found by MX.' }),
  'delivery.mtaSts': flag({
    default: true,
    help: 'Whether MTA-STS policies of domains found by MX are fetched and kept to.',
  }),
  'delivery.mtaStsTimeout': duration({
    default: minute,
    help: 'Time to fetch an MTA-STS policy; mail to that domain waits for it where none is known yet.',
  }),
  'delivery.mtaStsPort': integer({
    default: 443,
    min: 1,
    max: 65_535,
    help: 'Port of hosts of MTA-STS policies; another one only towards delivery.mtaStsNetworks.',
  }),
  'delivery.mtaStsNetworks': networks({
    default: [],
    help: 'Networks that are asked for MTA-STS policies although they are not public.',
  }),
  'delivery.slowStart': duration({
    default: 5 * minute,
    help: 'Time in which a returning target or node grows from a tenth to its full share.',
  }),

  'dns.servers': endpoints({
    default: [],
    help: 'DNS servers to ask; empty: those of the system. Two or more give a second opinion when one fails.',
  }),
  'dns.validating': endpoints({
    default: [],
    help: 'DNS servers that validate with DNSSEC, asked by delivery instead of dns.servers; their word that an answer is authentic is believed, so they must stand on this machine or on a way that nobody can change. Empty: no DANE.',
  }),
  'dns.timeout': duration({ default: 3 * second, help: 'Time for one answer of one server.' }),
  'dns.cacheEntries': integer({ default: 20_000, min: 100, help: 'Answers kept in memory in each thread.' }),
  'dns.staleFor': duration({
    default: day,
    help: 'How long an expired answer may stand in when no server answers.',
  }),

  'directory.maxAge': duration({
    default: day,
    when: 'live',
    help: 'Age of the directory snapshot from which recipients hear 451 instead of a yes or no.',
  }),
  'directory.shrinkPercent': integer({
    default: 10,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Share of addresses or routes that may vanish at once; more stays in shadow until a manager confirms.',
  }),
  'directory.grace': duration({
    default: day,
    when: 'live',
    help: 'How long addresses lost in a confirmed shrink, and those of a removed domain, hear 451 instead of 550.',
  }),
  'directory.lightsEvery': duration({
    default: hour,
    leastMs: minute,
    when: 'live',
    help: 'How often the DNS records of each domain are looked at for the list of domains, 60 domains a minute at most; 0: never.',
  }),

  'sync.interval': duration({
    default: hour,
    when: 'live',
    help: 'How often people are brought from their sources; a tenth more or less, so that not all are asked at once.',
  }),
  'sync.timeout': duration({
    default: 5 * minute,
    when: 'live',
    help: 'Time for reading one source to its end; after it the run has failed, and nothing is changed.',
  }),
  'sync.atATime': integer({
    default: 8,
    min: 1,
    max: 100,
    when: 'live',
    help: 'Sources that are read at a time; what is slow takes one of these places and holds up nobody else.',
  }),
  'sync.allowNetworks': networks({
    default: [],
    help: 'Networks in which directories may be asked although they are not public, at any port: for an LDAP server within, and for tests.',
  }),
  'sync.keepRuns': duration({
    default: 30 * day,
    when: 'live',
    help: 'How long it is kept what each run did; the last twenty runs of a source are kept in any case.',
  }),

  'console.listen': endpoints({
    default: ['127.0.0.1:8080'],
    help: 'Where the console page, metrics and health answers are served: loopback only, since it speaks no TLS; a web server with a certificate stands in front, see console.url.',
  }),
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
  'supervise.silentAfter': duration({
    default: 20 * second,
    // It beats each second, and a busy machine is late with that.
    leastMs: 5 * second,
    help: 'Under `mailkeep supervise`: a server whose event loop is not heard of for so long, 5s at least, is killed and started again; 0: never. Waiting for a disk does not count, nor does time in which the machine stood still.',
  }),
  'jobs.every': duration({
    default: day,
    help: 'Longest time between two rounds of a job of the clock (statistics, mail flow, telling alarms, learning, ...); one that comes round more often goes on doing so. Tests shorten it.',
  }),
  'watch.probeEvery': duration({
    default: minute,
    help: 'How often we try ourselves what people use: doors for mail, messages of our own that go round through each node (in, out, set aside and released), DNS, certificates, the folder of content, lists, pages; 0: never. Signing in has console.probeEvery.',
  }),
  'watch.silentAfter': duration({
    default: 100 * second,
    help: 'Silence from which it is told that a watcher does not watch any more, beyond its own interval; while the one who tells people of alarms is silent, another way is taken.',
  }),
  'watch.period': duration({
    default: minute / 2,
    help: 'Length of the periods in which times and shares of mail are summed up and judged; two bad ones in a row are told.',
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
  'web.allowNetworks': networks({
    default: [],
    help: 'Networks that webhooks, identity providers and status pages of others may be in although they are not public, at any port: for servers of your own within, and for tests.',
  }),
  'web.timeout': duration({
    default: 5 * second,
    help: 'Time for one answer of an identity provider, of the receiver of a webhook or of a status page of others.',
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
  'console.storeWait': duration({
    default: 1500,
    leastMs: 100,
    mostMs: minute,
    // No answer at all would be in time.
    isNeverOff: true,
    help: 'How long an answer of the console waits for the store, or for the content of a message, before it says what is missing, 100ms to 1m; a change waits three times as long, and may still be done after it is said to be late.',
  }),
  'console.probeEvery': duration({
    default: minute,
    help: 'How often it is tried whether each role can sign in under each host name; 0: never.',
  }),
  'backup.folder': text({
    default: '',
    when: 'live',
    help: 'Folder that the server adds a backup to again and again, of what is new since the one before. It must be there, empty at first, and on another disk to be worth its name. A change is followed within a minute. Empty: backups are made by `mailkeep backup` alone.',
  }),
  'backup.every': duration({
    default: 4 * minute,
    when: 'live',
    leastMs: second,
    isNeverOff: true,
    help: 'Time from the beginning of one backup in `backup.folder` to the next. With what one takes it is what the loss of a disk costs: 4m keeps it within five minutes.',
  }),
  'backup.keepEach': duration({
    default: day,
    when: 'live',
    help: 'Each backup in `backup.folder` is kept until its day (UTC) is over for so long; after that the last of the day.',
  }),
  'backup.keepDaily': duration({
    default: 30 * day,
    when: 'live',
    help: 'The last backup of each day is kept in `backup.folder` for so long.',
  }),
  'backup.lateAfter': duration({
    default: 26 * hour,
    when: 'live',
    help: 'A last `mailkeep backup` that is older raises the alarm `backup-late`: twice the time between two of yours, say. Off while none was ever made; 0: never. With `backup.folder` the alarm comes after two times `backup.every` already.',
  }),
  'audit.keep': duration({
    default: 365 * day,
    help: 'How long the log of who did what is kept.',
  }),
  'console.url': url({
    default: '',
    help: 'Address by which people reach the page through a web server in front of it, such as https://mail.example.org. Only this name and those of this machine are answered; links lead there; the last address in X-Forwarded-For is who asks. Empty: only from this machine.',
  }),
} as const

type Settings = typeof settings

/** All settings with their values, by dotted name. */
export type Config = { readonly [Key in keyof Settings]: ReturnType<Settings[Key]['read']> }
export type SettingName = keyof Settings

/** The environment variable of a setting: `gateway.maxLine` is MAILKEEP_GATEWAY_MAX_LINE. */
export function environmentName(name: string): string {
  return `MAILKEEP_${name
    .replaceAll('.', '_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toUpperCase()}`
}
