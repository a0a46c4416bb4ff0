import { notifications } from '@mantine/notifications'
import { useEffect, useSyncExternalStore } from 'react'
import { readLateOrders, subscribeToLateOrders } from '../../api/waiting-orders.ts'

/** Says that an order has not been answered yet: its dialog is gone by then, and nothing else on the page tells of it. */
export function OrderWaits() {
  const isWaiting = useSyncExternalStore(subscribeToLateOrders, readLateOrders) > 0
  useEffect(() => {
    if (!isWaiting) return
    const id = notifications.show({
      message:
        'What you have ordered takes longer than usual. It is under way; nothing has to be pressed again.',
      loading: true,
      autoClose: false,
      withBorder: true,
      closeButtonProps: { 'aria-label': 'Close' },
    })
    return () => {
      notifications.hide(id)
    }
  }, [isWaiting])
  return null
}
