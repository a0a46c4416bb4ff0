/**
 * Trains the model of the check `content` and measures it: `node training/train.ts [--measure | --write]`.
 *
 * Needs the public corpus once: `node scripts/fetch-test-mail.ts --all`. Deterministic: the same sources give the same
 * bytes. `--measure` judges every message by a model that has seen nothing of its group (five folds) and prints the
 * figures of docs/reference/detection.md; `--write` learns from everything and writes the model.
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testMail } from '../scripts/fetch-test-mail.ts'
import { readPublicCorpus, readWrittenMail, writeTemplateCorpus } from './corpus.ts'
import { judgeHeldOut } from './held-out.ts'
import { type ReadSample, readSample } from './judge.ts'
import { trainLogistic } from './logistic.ts'
import { toModelFile } from './model-file.ts'

const variants = 4
const tolerance = 200
const target = join(import.meta.dirname, '../server/src/flow/checks/content/model/content.model')

async function train(): Promise<void> {
  const samples: ReadSample[] = []
  const sources = [readPublicCorpus(testMail.wholeFolder), writeTemplateCorpus(variants), readWrittenMail()]
  for (const each of sources.flat()) samples.push(await readSample(each))
  console.log(`${samples.length} messages`)
  if (process.argv.includes('--measure')) measure(samples)
  if (process.argv.includes('--write')) {
    const file = toModelFile(trainLogistic(samples.map((each) => each.example)))
    writeFileSync(target, file)
    console.log(`${target}: ${file.length} bytes, sha256 ${createHash('sha256').update(file).digest('hex')}`)
  }
}

function measure(samples: readonly ReadSample[]): void {
  const counts = new Map<string, { all: number; bad: number }>()
  for (const { sample, score } of judgeHeldOut(samples)) {
    const technique = sample.set === 'own-phishing' ? [`own-phishing: ${sample.name.split('.')[0]}`] : []
    for (const name of [sample.set, ...technique]) {
      const count = counts.get(name) ?? { all: 0, bad: 0 }
      counts.set(name, count)
      count.all++
      if (score >= tolerance) count.bad++
    }
  }
  console.log('| set | messages | at or above 200 | share |\n| --- | --- | --- | --- |')
  for (const [set, { all, bad }] of [...counts].sort())
    console.log(`| ${set} | ${all} | ${bad} | ${((100 * bad) / all).toFixed(2)} % |`)
}

await train()
