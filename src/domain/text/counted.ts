/** So many of something, as a sentence has it: `1 device`, `12,430 devices`, `2 entries`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A whole number with a comma for each thousand: `12,430`. The tables of languages take longer to load than a store. */
export function grouped(count: number): string {
  let [rest, groups] = [String(count), ''];
  for (; rest.length > 3; rest = rest.slice(0, -3)) groups = `,${rest.slice(-3)}${groups}`;
  return rest + groups;
}
