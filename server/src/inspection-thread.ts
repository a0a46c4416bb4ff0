import { flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { checks } from '#flow/checks/catalog.ts'
import { createLearnt } from '#flow/checks/learnt/learnt.ts'
import { isLargeSite } from '#flow/checks/links/large-sites.ts'
import { createRules } from '#flow/checks/rules/rules.ts'
import { createSenderLists } from '#flow/checks/sender-lists/sender-lists.ts'
import type { CheckSettings } from '#flow/inspection/check.ts'
import { readDefinitions, shippedDefinitions } from '#flow/inspection/definitions.ts'
import { HostListReader } from '#flow/inspection/host-list.ts'
import type { ThreadAnswer, ThreadOrder } from '#flow/inspection/inspection-thread-link.ts'
import { inspect } from '#flow/inspection/inspector.ts'
import { ListsInForce } from '#flow/inspection/lists-in-force.ts'
import { startBeat } from '#flow/inspection/thread-beat.ts'
import { learningKey } from '#ground/learning/keyed-hash.ts'
import { createResolver, type ResolverSettings } from '#ground/platform/dns/create-resolver.ts'
import { AcquaintanceReader } from '#ground/storage/acquaintance-reader.ts'
import { DefinitionFiles } from '#ground/storage/definitions/definition-files.ts'

import { LayerFiles } from '#ground/storage/learning/layer-files.ts'
import { LinkBookReader } from '#ground/storage/link-book-reader.ts'
import { HostListFolder } from '#ground/storage/links/host-list-folder.ts'
import { SnapshotBook } from '#ground/storage/snapshot/snapshot-book.ts'
import { readSigners } from '#ground/storage/snapshot/snapshot-signers.ts'
import { createCandidateJudge } from './wiring/judge-candidates.ts'
import { withCanaries } from './wiring/with-canaries.ts'

const beatEveryMs = 100

/** What an inspection thread is told at its start. */
export interface InspectionThreadData {
  readonly settings: CheckSettings
  readonly dns: ResolverSettings
  readonly checkBudgetMs: number
  /** Folder of the sets of definitions in force. */
  readonly definitionsFolder: string
  /** Folder of the snapshots of the directory. */
  readonly directoryFolder: string
  /** Folder of all data of this node. */
  readonly dataFolder: string
  /** Lists of hosts: their folder, and the key that signs them; empty where there is none. */
  readonly hostLists: { readonly folder: string; readonly publicKey: string }
  /** Links that the queue of those to be followed takes. */
  readonly linkQueue: number
  /** Set by the pool: a counter that moves while the thread comes back to its event loop. */
  readonly beat?: Int32Array
}

const data = workerData as InspectionThreadData
const port = parentPort
if (!port) throw new Error('inspection-thread.ts runs as a thread only')

const resolver = createResolver(data.dns)
const definitions = new DefinitionFiles(data.definitionsFolder, readDefinitions, shippedDefinitions)
const acquaintances = new AcquaintanceReader(data.dataFolder)
const layers = new LayerFiles(join(data.dataFolder, 'learning'))
const hostLists = new HostListFolder(
  data.hostLists.folder,
  data.hostLists.publicKey,
  (name) => new HostListReader(name, isLargeSite),
)
void hostLists.refresh()
setInterval(() => void hostLists.refresh(), 5000)
const linkBook = new LinkBookReader(data.dataFolder, data.linkQueue)
setInterval(() => {
  definitions.refresh()
  layers.refresh()
  acquaintances.refresh()
  linkBook.refresh()
}, 1000)
const book = new SnapshotBook(data.directoryFolder)
setInterval(() => book.refresh(), 1000)
let { settings } = data
const judgeCandidates = createCandidateJudge({
  book,
  budgetMs: data.checkBudgetMs,
  defers: () => settings.temperror === 'defer',
})
let options = {
  checks,
  last: [
    withCanaries(book, createSenderLists, data.checkBudgetMs),
    createLearnt(layers, (address) => book.levelsOf(address), learningKey(data.settings.traceKey)),
    withCanaries(book, (each) => createRules(each), data.checkBudgetMs),
  ],
  resolver,
  settings,
  checkBudgetMs: data.checkBudgetMs,
  now: () => Date.now(),
  definitions: () => definitions.current(),
  acquaintances,
  judgeCandidates,
  signersOf: readSigners(book, data.dataFolder),
  linkBook,
  hostLists: new ListsInForce(
    () => hostLists.current(),
    () => ({ off: settings.links.listsOff, maxAgeMs: settings.links.listMaxAgeMs }),
    () => Date.now(),
  ),
}
if (data.beat) startBeat(data.beat, beatEveryMs)

let answers: ThreadAnswer[] = []
port.on('message', (order: ThreadOrder) => {
  if (order.settings) {
    settings = order.settings as CheckSettings
    options = { ...options, settings }
  }
  for (const { ticket, job } of order.jobs) {
    inspect(job, options).then(
      (outcome) => answer({ ticket, outcome, dnsAnswered: resolver.hasEverAnswered() }),
      (cause: unknown) =>
        answer({
          ticket,
          error: String((cause as Error).stack ?? cause),
          dnsAnswered: resolver.hasEverAnswered(),
        }),
    )
  }
})

/** Answers of one turn travel together. */
function answer(one: ThreadAnswer): void {
  answers.push(one)
  if (answers.length > 1) return
  setImmediate(() => {
    port?.postMessage(answers)
    answers = []
  })
}

flushCompileCache()
