import { bytes, choice, duration, endpoints, integer, networks, text } from '../setting-types.ts'
import { day, hour, minute, second } from './units.ts'

/** Settings of how mail comes in. */
export const gatewaySettings = {
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
} as const
