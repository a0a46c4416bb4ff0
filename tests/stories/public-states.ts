import type { Measured } from '../../server/src/services/status/measured.ts'
import type { MeasuredDay } from '../../server/src/services/status/measured-store.ts'
import type { StatusState } from '../../server/src/services/status/status-state.ts'
import type { StatusComponent, StatusIncident } from '../../server/src/services/status/status-store.ts'

export type PublicState = 'well' | 'incident' | 'maintenance' | 'unknown' | 'empty'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** What the status page of a harbour town shows on five days. */
export function publicStates(now: number): Readonly<Record<PublicState, StatusState>> {
  const page = {
    ...{ name: 'Harbour Post', url: 'https://status.harbour.example' },
    subscribe: 'https://console.harbour.example/status/subscribe',
  }
  const components = [
    component('gateway', 'Gateway and Outbound', 'Takes mail in, and sends it on'),
    component('gateway-filtering', 'Filtering', '', 'gateway'),
    component('gateway-quarantine', 'Quarantine', '', 'gateway'),
    component('console', 'Console', 'Pages of administrators and of their people'),
    component('radar', 'Radar', 'Tests of domains and round trips'),
  ].map((each, n) => ({ ...each, position: n + 1 }))
  const names = ['gateway-filtering', 'gateway-quarantine', 'console']
  const measured = names.map((each) => good(each, now))
  const days = daysOf(names, now)
  const well = {
    publishedAt: now - 20_000,
    page,
    components,
    incidents: [past(now)],
    measured,
    days,
    overrides: [],
  }
  return {
    well,
    incident: {
      ...well,
      incidents: [fault(now), upstream(now), planned(now, 30 * hourMs), past(now)],
      measured: measured.map((each) =>
        each.component === 'gateway-quarantine'
          ? {
              ...each,
              goodSince: null,
              suspectedSince: now - 4 * minuteMs,
              level: 'partial_outage',
              badPeriods: 4,
            }
          : each,
      ),
    },
    maintenance: { ...well, incidents: [planned(now, -hourMs), past(now)] },
    unknown: {
      ...well,
      publishedAt: now - 47 * minuteMs,
      measured: measured.map((each) => ({ ...each, periodAt: now - 48 * minuteMs })),
    },
    empty: {
      publishedAt: now - 20_000,
      page: { name: page.name, url: page.url },
      components: [],
      incidents: [],
    },
  }
}

function component(
  id: string,
  name: string,
  description: string,
  parent: string | null = null,
): StatusComponent {
  return { id, name, description, parent, position: 1, createdAt: 1, updatedAt: 1, probes: [] }
}

function good(name: string, now: number): Measured {
  return {
    ...{
      component: name,
      periodAt: now - minuteMs,
      suspectedSince: null,
      level: 'operational',
      badPeriods: 0,
    },
    ...{ badSince: null, goodSince: now - dayMs, unknownSince: null, lastBadAt: now - 9 * dayMs, words: '' },
  }
}

/** Sixty measured days; nine days ago the first of them was bad for half an hour. */
function daysOf(names: readonly string[], now: number): MeasuredDay[] {
  return Array.from({ length: 60 }, (_each, n) =>
    new Date(now - (59 - n) * dayMs).toISOString().slice(0, 10),
  ).flatMap((day, n) =>
    names.map((name, which) => {
      const partial = n === 50 && which === 0 ? 31 : 0
      return { component: name, day, good: 1440 - partial, degraded: 0, partial, major: 0, unknown: 0 }
    }),
  )
}

type Plain = Omit<StatusIncident, 'id' | 'name' | 'createdAt' | 'startedAt' | 'updates'>
const plain: Plain = {
  ...{ kind: 'incident', impact: 'major', state: 'identified', monitoringAt: null, resolvedAt: null },
  ...{ from: null, until: null, isUpstream: false, components: [] },
}

function fault(now: number): StatusIncident {
  const startedAt = now - 50 * minuteMs
  return {
    ...{
      ...plain,
      id: 'aaaaaaaaaaaa',
      name: 'Mail in waits',
      createdAt: startedAt + 3 * minuteMs,
      startedAt,
    },
    components: [{ id: 'gateway-filtering', state: 'partial_outage' }],
    updates: [
      {
        ...{
          id: 'u1',
          state: 'investigating',
          text: 'Mail in waits for minutes.',
          at: startedAt + 3 * minuteMs,
        },
        ...{ who: '', unaffected: 'Mail out, and the console.', todo: 'Nothing: what waits is delivered.' },
      },
      {
        ...{
          id: 'u2',
          state: 'identified',
          text: 'A scanner of ours answers slowly.',
          at: now - 10 * minuteMs,
        },
        ...{ who: '', nextAt: now + 20 * minuteMs },
      },
    ],
  }
}

function upstream(now: number): StatusIncident {
  const startedAt = now - 3 * hourMs
  return {
    ...{ ...plain, id: 'bbbbbbbbbbbb', name: 'Bigmail puts mail off', impact: 'none', isUpstream: true },
    ...{ createdAt: startedAt, startedAt },
    updates: [
      {
        id: 'u3',
        state: 'identified',
        text: 'Mail to Bigmail waits and is sent again.',
        at: startedAt,
        who: '',
      },
    ],
  }
}

function planned(now: number, inMs: number): StatusIncident {
  const from = now + inMs
  return {
    ...{
      ...plain,
      id: 'cccccccccccc',
      kind: 'maintenance',
      name: 'New disks',
      impact: 'none',
      state: 'scheduled',
    },
    ...{ createdAt: now - 6 * dayMs, startedAt: from, from, until: from + 2 * hourMs },
    components: [{ id: 'console', state: 'under_maintenance' }],
    updates: [
      {
        ...{ id: 'u4', state: 'scheduled', text: 'The console is away for minutes. Mail is not touched.' },
        ...{ at: now - 6 * dayMs, who: '' },
      },
    ],
  }
}

function past(now: number): StatusIncident {
  const startedAt = now - 9 * dayMs
  return {
    ...{ ...plain, id: 'dddddddddddd', name: 'Filtering was slow', impact: 'minor', state: 'resolved' },
    ...{ createdAt: startedAt + 2 * hourMs, startedAt, resolvedAt: startedAt + 31 * minuteMs },
    components: [{ id: 'gateway-filtering', state: 'degraded_performance' }],
    updates: [
      {
        id: 'u5',
        state: 'resolved',
        text: 'It was slow for half an hour.',
        at: startedAt + 2 * hourMs,
        who: '',
      },
    ],
  }
}
