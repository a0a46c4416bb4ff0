import { hostname } from 'node:os'
import { choice, duration, endpoints, flag, networks, text, texts, url } from '../setting-types.ts'
import { day, minute, second } from './units.ts'

/** Settings of the process, its machine and its pages. */
export const nodeSettings = {
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

  'console.listen': endpoints({
    default: ['127.0.0.1:8080'],
    help: 'Where the console page, metrics and health answers are served: loopback only, since it speaks no TLS; a web server with a certificate stands in front, see console.url.',
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
  'console.url': url({
    default: '',
    help: 'Address by which people reach the page through a web server in front of it, such as https://mail.example.org. Only this name and those of this machine are answered; links lead there; the last address in X-Forwarded-For is who asks. Empty: only from this machine.',
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

  'web.allowNetworks': networks({
    default: [],
    help: 'Networks that webhooks, identity providers and status pages of others may be in although they are not public, at any port: for servers of your own within, and for tests.',
  }),
  'web.timeout': duration({
    default: 5 * second,
    help: 'Time for one answer of an identity provider, of the receiver of a webhook or of a status page of others.',
  }),

  'audit.keep': duration({
    default: 365 * day,
    help: 'How long the log of who did what is kept.',
  }),
} as const
