import { join } from 'node:path'
import { freePort } from '../harness/free-port.ts'
import { TestSite } from '../harness/site.ts'
import { waitUntil } from '../harness/wait-until.ts'
import { alarmOf, openAlarms, type Rig, secondsSince, together } from './d21-rig.ts'
import type { DrillReport } from './drill.ts'

const shiftClock = join(import.meta.dirname, '../harness/shift-clock.mjs')
const hourMs = 3_600_000

interface Probe {
  readonly path: string
  readonly result: string
}

/** Whoever tries has a clock that is an hour ahead, or behind: what it saw is neither fine nor a fault. */
export async function wrongClocks(report: DrillReport, rig: Rig): Promise<void> {
  await together([wrongClock(report, rig, 'ahead', hourMs), wrongClock(report, rig, 'behind', -hourMs)])
}

async function wrongClock(
  report: DrillReport,
  rig: Rig,
  what: 'ahead' | 'behind',
  shiftMs: number,
): Promise<void> {
  const node = `node-${what}`
  const port = await freePort()
  const environment = { MAILKEEP_NODE_NAME: node, MAILKEEP_GATEWAY_LISTEN: `127.0.0.1:${port}` }
  const shifted = { NODE_OPTIONS: `--import ${shiftClock}`, SHIFT_CLOCK_MS: String(shiftMs) }
  const since = Date.now()
  const prober = await TestSite.beside(rig.front, ['gateway'], {
    environment: { ...environment, ...shifted },
  })
  try {
    await alarmOf(rig, 'watcher-silent', new RegExp(`^inbound: door .*${node}`))
    const seconds = secondsSince(since)
    report.sight(
      'alarm',
      `a clock an hour ${what}: told that nothing is known`,
      '<= 3 min',
      `${seconds} s`,
      seconds <= 180,
      'timed',
      seconds * 1000,
    )
    const result = await resultOf(rig, node)
    report.hold(`a clock an hour ${what}: what is said of its door`, 'unknown', result, result === 'unknown')
    const fails = (await openAlarms(rig)).filter(
      (each) =>
        each.name === 'probe-fails' &&
        each.subject.startsWith('inbound: door') &&
        each.subject.includes(node),
    )
    report.hold(`a clock an hour ${what}: alarms that the door fails`, '0', fails.length, fails.length === 0)
  } finally {
    await prober.stop()
  }
  if (what === 'ahead') await rightAgain(report, rig, node, environment)
}

async function rightAgain(
  report: DrillReport,
  rig: Rig,
  node: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  await using right = await TestSite.beside(rig.front, ['gateway'], { environment })
  await waitUntil('it is known again', async () => (await resultOf(rig, node)) === 'ok', 120_000, 250)
  report.hold('the clock is right again: its tries count', 'ok', 'ok', true)
  await right.stop()
}

async function resultOf({ front }: Rig, node: string): Promise<string> {
  const { probes } = await front.json<{ probes: Probe[] }>('probe', 'list', '--component', 'inbound')
  return probes.find(({ path }) => path.startsWith('door') && path.includes(node))?.result ?? 'nothing'
}
