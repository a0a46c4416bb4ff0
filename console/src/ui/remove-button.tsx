import { Button } from '@mantine/core'
import { Trash2 } from 'lucide-react'
import { useGo } from '../session/scope.ts'
import { confirm, type Question } from './confirm.tsx'
import { tellDone, tellFault } from './toast.tsx'

/** Takes away what a page is about, after a question, and goes to where the others are. */
export function RemoveButton<Answer>({
  question,
  remove,
  done,
  to,
}: {
  readonly question: Omit<Question, 'isDangerous'>
  readonly remove: () => Promise<Answer>
  /** What is said when it is gone, or what says it. */
  readonly done: string | ((answer: Answer) => void)
  /** The page that is opened then. */
  readonly to: string
}) {
  const go = useGo()
  const ask = async () => {
    if (!(await confirm({ ...question, isDangerous: true }))) return
    try {
      const answer = await remove()
      go(to)
      if (typeof done === 'string') tellDone(done)
      else done(answer)
    } catch (fault) {
      tellFault(fault)
    }
  }
  return (
    <Button variant="default" leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void ask()}>
      Remove
    </Button>
  )
}
