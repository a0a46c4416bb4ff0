import type { BackupPlace } from './backup-place.ts'
import { DamageError } from './damage-error.ts'
import type { Generation } from './generation.ts'
import { type KeepRule, keptGenerations } from './kept-generations.ts'
import { noteDamage } from './note-damage.ts'
import { type Pace, type PackFile, PagePack, writePack } from './page-pack.ts'
import { applyPack, wholeImage, wholePack } from './restore-generation.ts'

/** How many were dropped, and what is wrong in the folder, in words. */
export interface Dropped {
  readonly dropped: number
  readonly faults: readonly string[]
}

/**
 * Drops generations that are not kept any more. What they alone have goes; what later ones stand on is handed to the next
 * that stays. Interrupted at any point, the folder has every generation that stays. Where one is damaged, it and those that
 * would be put together with it stay as they are, until nothing that is kept stands on them.
 */
export async function dropGenerations(
  place: BackupPlace,
  now: number,
  rule: KeepRule,
  pace: Pace,
): Promise<Dropped> {
  const chain = place.chain()
  const kept = keptGenerations(
    chain.map((each) => each.at),
    now,
    rule,
  )
  let run: Generation[] = []
  let [previous, dropped]: [string | null, number] = [null, 0]
  for (const each of chain) {
    if (!kept.has(each.at)) {
      run.push(each)
      continue
    }
    if (run.length > 0 && (await handOn(place, run, { ...each, previous }, pace))) dropped += run.length
    run = []
    previous = each.name
  }
  if (dropped > 0) place.sweep()
  await guarded(place, () => writeOver(place))
  return { dropped, faults: place.chain().flatMap((each) => each.damage ?? []) }
}

/** Answers false where damage is in the way: nothing is changed then, but that it is noted. */
async function guarded(place: BackupPlace, act: () => Promise<void>): Promise<boolean> {
  try {
    await act()
    return true
  } catch (cause) {
    if (!(cause instanceof DamageError)) throw cause
    place.clear()
    noteDamage(place, cause)
    return false
  }
}

/** Has the generation `into` stand without those right before it. */
function handOn(
  place: BackupPlace,
  run: readonly Generation[],
  into: Generation,
  pace: Pace,
): Promise<boolean> {
  return guarded(place, async () => place.put(await takeUp(place, run, into, pace)))
}

/** What a generation is when those right before it are gone. @throws DamageError where one of them is damaged */
async function takeUp(
  place: BackupPlace,
  run: readonly Generation[],
  into: Generation,
  pace: Pace,
): Promise<Generation> {
  const all = [...run, into]
  const last = all.findLastIndex((each) => each.image !== null)
  const needed = last < 0 ? all : all.slice(last)
  const [oldest] = needed as [Generation, ...Generation[]]
  const damaged = needed.find((each) => each.damage !== undefined)
  if (damaged && needed.length > 1)
    throw new DamageError(damaged.pack?.file ?? damaged.image ?? '', damaged.damage ?? '')
  const packs = needed.flatMap((each) => each.pack ?? [])
  const file = `${into.name}-from-${oldest.name}.pages`
  const pack = packs.length > 1 ? await mergePacks(place, packs, file, pace) : (packs[0] ?? null)
  const content = mergeContent(needed)
  const { image } = oldest
  return { ...into, image, pack, content: image === null ? content : { ...content, gone: [] } }
}

/** The newest state of each page, in one file. @throws DamageError where one is damaged: a new checksum would hide it */
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
  const sha256 = writePack(place.unfinished('pages', file), source, pages, () => undefined, pace)
  place.finish('pages', file)
  return { file, sha256, pages: pages.length }
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
  if (!oldest?.image || !oldest.pack || oldest.damage !== undefined) return
  applyPack(await wholePack(place, oldest.pack), wholeImage(place, oldest.image))
  place.put({ ...oldest, pack: null })
  place.sweep()
}
