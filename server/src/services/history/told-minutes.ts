const about = '(?:approximately |about |around |roughly |just )?'
const clock = '\\d{1,2}(?::\\d\\d)? ?(?:am|pm)|noon|midnight'
const zone = '(?: [a-z]{2,4})?'

const windows = [
  new RegExp(`\\bbetween ${about}(${clock}|\\d{1,2}:\\d\\d)${zone} and ${about}(${clock})`, 'gi'),
  new RegExp(`(?:^|[^\\d:])(${clock}|\\d{1,2}:\\d\\d)${zone} (?:to|until|till|-|–) ${about}(${clock})`, 'gi'),
]
const begins = new RegExp(
  `\\b(?:from|since|at|starting at|beginning at|starting|beginning) ${about}(${clock})`,
  'i',
)
const ends = new RegExp(
  `\\b(?:as of|until|concluding by|ending at|(?:rolled back|resolved|fixed|restored|replaced|corrected)(?: [a-z-]{1,20}){0,8} (?:at|by|around)) ${about}(${clock})`,
  'i',
)
const later = /\b(?:about|around|approximately) (an?|\d{1,3}) (hours?|minutes?) later\b/i

/**
 * How long a text says that it lasted, in minutes: `between 11:43 am and 12:17 pm`, `from 3:40 PM ... as of 5:15 PM`,
 * `from 3:35 PM ... about an hour later`. Several spans add up, each counted once however often it is told.
 * Null: it does not say.
 */
export function toldMinutes(texts: readonly string[]): number | null {
  const spans = new Map<string, number>()
  for (const text of texts)
    for (const pattern of windows)
      for (const [, from = '', to = ''] of text.matchAll(pattern)) {
        const minutes = minutesBetween(from, to)
        if (minutes !== null) spans.set(`${from} ${to}`.toLowerCase(), minutes)
      }
  if (spans.size > 0) return [...spans.values()].reduce((sum, each) => sum + each, 0)
  for (const text of texts) {
    const told = minutesInStory(text)
    if (told !== null) return told
  }
  return null
}

function minutesInStory(text: string): number | null {
  const begin = begins.exec(text)
  if (!begin) return null
  const rest = text.slice(begin.index + begin[0].length).slice(0, 1000)
  const end = ends.exec(rest)
  if (end) return minutesBetween(begin[1] ?? '', end[1] ?? '')
  const span = later.exec(rest)
  if (!span) return null
  const count = /^\d/.test(span[1] ?? '') ? Number(span[1]) : 1
  return (span[2] ?? '').toLowerCase().startsWith('hour') ? count * 60 : count
}

/** Over midnight too, as long as it is less than half a day; null: they make no span. */
function minutesBetween(from: string, to: string): number | null {
  const end = minuteOf(to, null)
  if (end === null) return null
  const start = minuteOf(from, /[ap]m/i.exec(to)?.[0] ?? null)
  if (start === null || start === end) return null
  const minutes = (end - start + 1440) % 1440
  return end > start || minutes < 720 ? minutes : null
}

function minuteOf(text: string, half: string | null): number | null {
  const word = text.toLowerCase()
  if (word === 'noon') return 720
  if (word === 'midnight') return 0
  const found = /^(\d{1,2})(?::(\d\d))? ?(am|pm)?$/.exec(word)
  const marked = found?.[3] ?? half?.toLowerCase()
  if (!found || !marked) return null
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? 0)]
  return hour > 12 || hour === 0 || minute > 59
    ? null
    : ((hour % 12) + (marked === 'pm' ? 12 : 0)) * 60 + minute
}
