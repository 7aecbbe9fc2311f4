/** A version as an entity tag: weak, as two forms of one state are not the same bytes (RFC 9110 section 8.8.1). */
export function entityTag(version: string): string {
  return `W/"${version}"`;
}

/**
 * The versions that an If-Match or If-None-Match lists; undefined for `*` and where there is no header. Compared
 * weakly: what is not a tag at all is a version that nothing has.
 */
export function listedVersions(header: string | undefined): readonly string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').map((tag) => /^(?:W\/)?"([^"]*)"$/.exec(tag.trim())?.[1] ?? '');
}
