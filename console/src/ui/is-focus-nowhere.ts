/** Whether what had the focus is gone, or never was: keys begin at the page then. */
export function isFocusNowhere(): boolean {
  const { activeElement: focused, body } = document
  return focused === null || focused === body || focused.id === 'main'
}
