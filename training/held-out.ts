import { createHash } from 'node:crypto'
import { readModel } from '../server/src/flow/checks/content/model/model.ts'
import { judge, type ReadSample } from './judge.ts'
import { trainLogistic } from './logistic.ts'
import { toModelFile } from './model-file.ts'

const folds = 5

export interface Judged {
  readonly sample: ReadSample['sample']
  readonly score: number
}

/** The score of each message by a model that has seen nothing of its group. */
export function judgeHeldOut(samples: readonly ReadSample[]): Judged[] {
  return Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) => {
    const seen = samples.filter((each) => foldOf(each) !== fold)
    // As it would be shipped: of the weights those that are kept, as coarse as they are written.
    const model = readModel(toModelFile(trainLogistic(seen.map((each) => each.example))))
    return samples
      .filter((each) => foldOf(each) === fold)
      .map((each) => ({ sample: each.sample, score: judge(each, model) }))
  })
}

function foldOf({ sample }: ReadSample): number {
  return createHash('sha1').update(sample.group).digest()[0]! % folds
}
