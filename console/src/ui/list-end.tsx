import { Loader } from '@mantine/core'
import type { List } from '../session/use-list.ts'
import classes from './data-list.module.css'
import { formatCount } from './format-number.ts'
import { Moment } from './moment.tsx'
import { Empty, FaultNote, PartlyMissing } from './notes.tsx'

/** What comes after the last line: whether that was all, or how far back was looked. */
export function ListEnd({ list, count }: { readonly list: List<unknown>; readonly count: number }) {
  if (list.fault) return <FaultNote fault={list.fault} again={list.again} />
  if (list.missing) return <PartlyMissing missing={list.missing} what="The rest is" />
  const { searchedBackTo, hasMore, isLoadingMore } = list
  if (searchedBackTo === null)
    return (
      <p className={classes.end} role="status">
        {hasMore && isLoadingMore && <Loader size={12} />} {formatCount(count)}{' '}
        {hasMore ? 'read so far' : 'in all'}
      </p>
    )
  return (
    <p className={classes.end} role="status">
      {isLoadingMore && <Loader size={12} />} {formatCount(count)} found, looked through back to{' '}
      <Moment at={searchedBackTo} form="clock" />
      {hasMore ? ' so far' : ': there was no time for what is older'}
    </p>
  )
}

/** Nothing was found, and not all was looked through. */
export function NothingBackTo({ list, at }: { readonly list: List<unknown>; readonly at: string }) {
  if (list.fault) return <FaultNote fault={list.fault} again={list.again} />
  return (
    <Empty title={list.hasMore ? 'Nothing yet' : 'Nothing in what was looked through'}>
      <span role="status">
        Looked through back to <Moment at={at} form="clock" />.{' '}
        {list.hasMore
          ? 'Looking goes on before that.'
          : 'There was no time for what is older; a shorter time, or a whole address, takes less.'}
      </span>
    </Empty>
  )
}
