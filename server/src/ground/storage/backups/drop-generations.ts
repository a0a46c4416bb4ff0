import { rmSync } from 'node:fs'
import type { BackupPlace } from './backup-place.ts'
import type { Generation } from './generation.ts'
import { type KeepRule, keptGenerations } from './kept-generations.ts'
import { type Pace, type PackFile, PagePack, writePack } from './page-pack.ts'
import { applyPack, wholePack } from './restore-generation.ts'

/**
 * Drops generations that are not kept any more. What they alone have goes; what later ones stand on is handed to the next
 * that stays. Interrupted at any point, the folder has every generation that stays.
 * @returns how many were dropped
 */
export async function dropGenerations(
  place: BackupPlace,
  now: number,
  rule: KeepRule,
  pace: Pace,
): Promise<number> {
  const chain = place.chain()
  const kept = keptGenerations(
    chain.map((each) => each.at),
    now,
    rule,
  )
  let run: Generation[] = []
  let previous: string | null = null
  for (const each of chain) {
    if (!kept.has(each.at)) {
      run.push(each)
      continue
    }
    if (run.length > 0) place.put(await takeUp(place, run, { ...each, previous }, pace))
    run = []
    previous = each.name
  }
  if (kept.size < chain.length) place.sweep()
  await writeOver(place)
  return chain.length - kept.size
}

/** What a generation is when those right before it are gone. */
async function takeUp(
  place: BackupPlace,
  run: readonly Generation[],
  into: Generation,
  pace: Pace,
): Promise<Generation> {
  const image = run[0]?.image ?? null
  const packs = [...run, into].flatMap((each) => each.pack ?? [])
  const file = `${into.name}-from-${run[0]?.name}.pages`
  const pack = packs.length > 1 ? await mergePacks(place, packs, file, pace) : (packs[0] ?? null)
  const content = mergeContent([...run, into])
  return { ...into, image, pack, content: image === null ? content : { ...content, gone: [] } }
}

/** The newest state of each page, in one file. @throws Error where one is damaged: a new checksum would hide it */
async function mergePacks(
  place: BackupPlace,
  files: readonly PackFile[],
  file: string,
  pace: Pace,
): Promise<PackFile> {
  using opened = new DisposableStack()
  const newest = new Map<number, PagePack>()
  for (const each of files) {
    const pack = opened.use(new PagePack(await wholePack(place, each)))
    for (const page of pack.pages) newest.set(page, pack)
  }
  const pageSize = newest.values().next().value?.pageSize ?? 0
  const source = {
    pageSize,
    readPage: (page: number, into: Buffer) => newest.get(page)?.readPage(page, into),
  }
  const pages = [...newest.keys()].sort((one, other) => one - other)
  const path = place.path('pages', file)
  rmSync(path, { force: true })
  return { file, sha256: writePack(path, source, pages, () => undefined, pace), pages: pages.length }
}

function mergeContent(run: readonly Generation[]): Generation['content'] {
  const [added, gone] = [new Set<string>(), new Set<string>()]
  for (const { content } of run) {
    for (const each of content.gone) if (!added.delete(each)) gone.add(each)
    for (const each of content.added) if (!gone.delete(each)) added.add(each)
  }
  return { added: [...added], gone: [...gone] }
}

/**
 * Writes the pages of the oldest generation into the image, which it alone stands for by now. Until that is noted the pages
 * stay beside it, so half of it is mended by doing it again.
 */
async function writeOver(place: BackupPlace): Promise<void> {
  const [oldest] = place.chain()
  if (!oldest?.image || !oldest.pack) return
  applyPack(await wholePack(place, oldest.pack), place.path('pages', oldest.image))
  place.put({ ...oldest, pack: null })
  place.sweep()
}
