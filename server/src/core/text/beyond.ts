/**
 * That a limit was met, as the message of a `limit` problem.
 *
 * @param what `the file`, `an instruction`
 * @param count how many there are; undefined where counting ended at the limit
 * @param of what is counted, in the plural
 */
export function beyond(what: string, count: number | undefined, most: number, of: string): string {
  const amount = count === undefined ? `more than ${grouped(most)} ${of}` : `${grouped(count)} ${of}`;
  const limit = count === undefined ? '' : `, more than the ${grouped(most)} that are read`;
  return `${what} has ${amount}${limit}: the file is not checked`;
}

/** `1,048,576` */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
