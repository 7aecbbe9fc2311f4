/** A version as an entity tag: weak, as two forms of one state are not the same bytes (RFC 9110 section 8.8.1). */
export function entityTag(version: string): string {
  return `W/"${version}"`;
}

/**
 * The versions in an If-Match or If-None-Match; undefined for `*` and without a header. Weak and strong tags count alike;
 * what is no tag becomes a version that no resource has.
 */
export function listedVersions(header: string | undefined): readonly string[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  return header.split(',').map((tag) => /^(?:W\/)?"([^"]*)"$/.exec(tag.trim())?.[1] ?? '');
}
