import { OrderError } from './order-error.ts'

const mostInList = 50

/** Members of a list with commas between. @throws OrderError where there are too many */
export function readList(text: string): string[] {
  const values = text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (values.length > mostInList) throw new OrderError('wrong', `a list has at most ${mostInList} members`)
  return values
}
