/**
 * Managers and people clicking, in a process of their own (clicking-people.ts): what they do must not wait for what
 * measures, nor that for them. Browsers of people are other machines: this one gets what the others leave of ours.
 */
import { execFileSync } from 'node:child_process'
import { globalAgent } from 'node:http'
import { setPriority } from 'node:os'
import type { Click } from './click.ts'
import type { ClickOrder, ClickReport } from './clicking-people.ts'
import { manage } from './manager-visits.ts'
import { Hours, Pause } from './pauses.ts'
import { lookAfterMail } from './person-visits.ts'

/** Connections of the web server in front of the console, which all people share. */
globalAgent.maxSockets = 64
takeWhatIsLeft()

/** Where idle time cannot be asked for (chrt of util-linux), the lowest priority comes nearest. */
function takeWhatIsLeft(): void {
  try {
    execFileSync('chrt', ['--idle', '--all-tasks', '--pid', '0', String(process.pid)], { stdio: 'ignore' })
  } catch {
    setPriority(19)
  }
}

const hours = new Hours()
let clicks: Click[] = []
/** Whoever waits for a mail, by his address. */
const waiting = new Map<string, (link: string) => void>()

function mailed(address: string, waitMs: number): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => waiting.get(address)?.(''), waitMs)
    waiting.set(address, (link) => {
      clearTimeout(timer)
      waiting.delete(address)
      resolve(link)
    })
  })
}

function start({ port, house, pace }: Extract<ClickOrder, { do: 'start' }>): void {
  const note = (click: Click) => clicks.push(click)
  for (const [i, { cookie, ip }] of house.managers.entries())
    void manage({ port, ip, cookie }, note, new Pause(hours, i, pace))
  for (const [i, { address, ip, link }] of house.persons.entries()) {
    const who = { port, ip, address, link, cookie: '' }
    void lookAfterMail(who, note, new Pause(hours, 10_000 + i, pace), mailed)
  }
}

process.on('message', (order: ClickOrder) => {
  if (order.do === 'start') start(order)
  if (order.do === 'go') hours.go()
  if (order.do === 'rest') hours.rest()
  if (order.do === 'mailed') waiting.get(order.address)?.(order.link)
  if (order.do === 'report') {
    process.send?.({ clicks } satisfies ClickReport)
    clicks = []
  }
})
process.on('disconnect', () => process.exit())
