import { lastWordOf, phaseOf, type StatusState } from './status-state.ts'
import type { StatusIncident } from './status-store.ts'

const most = 50

/** Planned work as a calendar (RFC 5545). */
export function renderCalendar({ page, incidents }: StatusState, now: number): string {
  const planned = incidents.filter((each) => each.kind === 'maintenance').slice(0, most)
  const lines = planned.flatMap((each) => [
    'BEGIN:VEVENT',
    `UID:${each.id}@mailkeep`,
    `DTSTAMP:${stamp(lastWordOf(each))}`,
    `LAST-MODIFIED:${stamp(lastWordOf(each))}`,
    `DTSTART:${stamp(each.from ?? each.startedAt)}`,
    `DTEND:${stamp(each.until ?? each.startedAt)}`,
    `SUMMARY:${escapeCalendar(each.name)}`,
    `DESCRIPTION:${escapeCalendar(each.updates.at(-1)?.text ?? '')}`,
    // A calendar takes what it has not seen yet, also that work is cancelled, by a number that grows.
    `SEQUENCE:${each.revision ?? 0}`,
    `STATUS:${calendarWord(phaseOf(each, now))}`,
    'END:VEVENT',
  ])
  const all = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Mailkeep//Status//EN',
    `X-WR-CALNAME:${escapeCalendar(page.name)}`,
    ...lines,
    'END:VCALENDAR',
  ]
  return `${all.flatMap(fold).join('\r\n')}\r\n`
}

function calendarWord(phase: StatusIncident['state']): string {
  if (phase === 'cancelled') return 'CANCELLED'
  return phase === 'completed' ? 'CONFIRMED' : 'TENTATIVE'
}

function stamp(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

function escapeCalendar(text: string): string {
  return text
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r?\n/g, '\\n')
    .replace(/[\u0000-\u001f]/g, ' ')
}

/** Lines of a calendar have 75 octets at most, and no character is cut in two. */
function fold(line: string): string[] {
  const folded: string[] = []
  let part = ''
  for (const each of line) {
    if (Buffer.byteLength(part + each) > 73) {
      folded.push(part)
      part = ' '
    }
    part += each
  }
  return [...folded, part]
}
