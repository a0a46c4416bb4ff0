/** Somebody else works in a folder of backups: nothing is wrong with it. */
export class BusyPlaceError extends Error {
  constructor(folder: string) {
    super(`another process works in ${folder} at the moment; try again when it is done`)
  }
}
