import { duration, integer, networks } from '../setting-types.ts'
import { day, hour, minute } from './units.ts'

/** Settings of people and where they come from. */
export const peopleSettings = {
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
} as const
