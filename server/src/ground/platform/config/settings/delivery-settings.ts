import {
  decimal,
  duration,
  durations,
  endpoints,
  flag,
  integer,
  networks,
  paces,
  texts,
} from '../setting-types.ts'
import { day, hour, minute, second } from './units.ts'

/** Settings of how mail goes out. */
export const deliverySettings = {
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
} as const
