import type { MailFilter } from './mail-filter.ts'
import type { MailLine, SearchPage, SearchStore } from './search-store.ts'

const page = 500
const sliceMs = 300

/** Every line that a filter means, newest first, a page at a time: any number of them fits, and is asked for as it is taken. */
export async function* walkMail(search: SearchStore, filter: MailFilter): AsyncGenerator<MailLine[]> {
  for (let place: number | null = null; ; ) {
    const found: SearchPage = await search.find(filter, place, page, sliceMs)
    if (found.lines.length > 0) yield [...found.lines]
    if (found.place === null) return
    place = found.place
  }
}
