import type { FinishedDrill } from './drill.ts'

/** A drill that has passed, for tests of what is made of it. */
export function madeUpRun(id: string, given: Partial<FinishedDrill> = {}): FinishedDrill {
  return {
    ...{
      id,
      name: 'made up',
      incidents: [],
      outcome: 'passed',
      why: '',
      broke: null,
      long: false,
      commit: null,
    },
    ...{ startedAt: '2026-01-02T03:04:05.000Z', tookSeconds: 1, lines: [], rang: [], notSeen: {}, notes: {} },
    ...given,
  }
}
