import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Turns } from '#ground/platform/turns.ts'
import { componentFolder } from './component-files.ts'
import { incidentFolder } from './incident-link.ts'
import { differing, replaceFile } from './page-files.ts'
import { withRoom } from './page-room.ts'
import { lastFiles, renderAnswers, renderStatus, type StatusFile, stateName } from './render-status.ts'
import { dayMs, type ReadBeside, readState, type StatusState, shownDays } from './status-state.ts'
import type { StatusStore } from './status-store.ts'

/** Where a status page is published, and how it is called. */
export interface StatusPlace {
  readonly folder: string
  readonly page: StatusState['page']
}

/** Where the settings put the status page; by itself beside the data. */
export function statusPlaceOf(
  config: Readonly<Record<'status.folder' | 'status.name' | 'status.url' | 'console.url', string>>,
  dataFolder: string,
): StatusPlace {
  return {
    folder: config['status.folder'] || join(dataFolder, 'status'),
    page: {
      ...{ name: config['status.name'], url: withoutSlash(config['status.url']) },
      ...(config['console.url'] !== '' && {
        subscribe: `${withoutSlash(config['console.url'])}/status/subscribe`,
      }),
    },
  }
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '')
}

/** One publishing of a folder at a time: the round and orders of people come from one process. */
const publishing = new Map<string, Turns>()
/** Orders of people that wait; more come with the next round. */
const mostWaiting = 20

/**
 * Writes the state and those files of the page that are not as they should be, each whole or not at all. The state comes
 * last: whoever reads it finds the files of it. On a disk that is full it is written all the same, from room that was kept. Publishings of one process have their turns, each with the state of its own
 * turn: none writes an older state over a newer one.
 * @throws TooManyWait; Error where it cannot be written: what was published before stays whole, and says how old it is
 */
export function publishStatus(
  status: StatusStore,
  place: StatusPlace,
  at: number,
  readBeside: ReadBeside,
): Promise<StatusState> {
  const turns = publishing.get(place.folder) ?? new Turns(1, mostWaiting)
  publishing.set(place.folder, turns)
  return turns.take(() => publish(status, place, at, readBeside))
}

async function publish(
  status: StatusStore,
  place: StatusPlace,
  at: number,
  readBeside: ReadBeside,
): Promise<StatusState> {
  const { unsaved, ...beside } = await readBeside(at - shownDays * dayMs, at)
  const read = { ...(await readState(status, place.page, at, false, unsaved)), ...beside }
  const { state, files, differ } = await whatDiffers(read, place.folder)
  try {
    await withRoom(place.folder, () => writeAll(place.folder, state, files, differ))
  } catch (cause) {
    throw new Error(
      `the status page cannot be written, so visitors see an older one: ${(cause as Error).message}`,
      { cause },
    )
  }
  return state
}

async function writeAll(
  folder: string,
  { components }: StatusState,
  files: ReadonlyMap<string, string>,
  differ: ReadonlySet<string>,
): Promise<void> {
  const write = (path: string) => replaceFile(join(folder, path), files.get(path) ?? '')
  for (const path of differ) if (!lastFiles.includes(path)) await write(path)
  await forgetOthers(join(folder, componentFolder), new Set(components.map((each) => each.id)))
  await forgetOthers(
    join(folder, incidentFolder),
    new Set([...files.keys()].map((path) => path.slice(incidentFolder.length + 1))),
  )
  for (const path of lastFiles) await write(path)
}

/** Every file of the folder by its path. */
function filesOf(state: StatusState): Map<string, string> {
  return new Map([...bodiesOf(renderStatus(state, state.publishedAt)), [stateName, JSON.stringify(state)]])
}

function bodiesOf(files: ReadonlyMap<string, StatusFile>): Map<string, string> {
  return new Map([...files].map(([path, { body }]) => [path, body]))
}

/**
 * The state with the moment since when it is told so: now, where a file differs that speaks of more than the moment. Then
 * those alone are made again that name that moment: all of them take the main thread for a while.
 */
async function whatDiffers(read: StatusState, folder: string) {
  const last = (await new PublishedState(folder).read())?.changedAt ?? read.publishedAt
  const same = { ...read, changedAt: last }
  const files = filesOf(same)
  const differ = await differing(folder, files)
  if ([...differ].every((path) => lastFiles.includes(path))) return { state: same, files, differ }
  const state = { ...read, changedAt: read.publishedAt }
  const answers = bodiesOf(renderAnswers(state, state.publishedAt))
  return {
    state,
    files: new Map([...files, ...answers, [stateName, JSON.stringify(state)]]),
    differ: new Set([...differ, ...(await differing(folder, answers))]),
  }
}

/** Whoever serves the folder as it is tells nothing of what was hidden, taken out, or is long past. */
async function forgetOthers(folder: string, shown: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (!shown.has(name) && !name.endsWith('.new'))
      await rm(join(folder, name), { recursive: true, force: true })
}

/** The published state, read anew when it has changed. */
export class PublishedState {
  readonly #path: string
  #seen = ''
  #state: StatusState | null = null

  constructor(folder: string) {
    this.#path = join(folder, stateName)
  }

  /** Null: nothing has been published yet. A state that cannot be read leaves the one before. */
  async read(): Promise<StatusState | null> {
    try {
      const { mtimeMs, size, ino } = await stat(this.#path)
      const now = `${mtimeMs} ${size} ${ino}`
      if (now !== this.#seen) {
        this.#state = JSON.parse(await readFile(this.#path, 'utf8')) as StatusState
        this.#seen = now
      }
    } catch {
      return this.#state
    }
    return this.#state
  }
}
