/** What an error of the system says. */

/** Its name in <errno.h>, such as 'ENOENT'; '' when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** An error of the system that did not come from it. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
